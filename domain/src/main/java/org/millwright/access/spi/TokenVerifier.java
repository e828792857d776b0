package org.millwright.access.spi;

import java.net.URI;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.SignedToken;

/**
 * Reads JSON web tokens and checks who signed them. Only signatures by public keys count: RSA of 2048 bits and more, and
 * elliptic curves.
 */
public interface TokenVerifier {

    /** What it says, whoever signed it. @throws org.millwright.shared.Refused with Unauthenticated when it is no such token */
    SignedToken read(String token);

    /**
     * Believes the signature, and nothing else, of a token.
     *
     * @param issuer whose keys are asked for, at the address itself: whoever calls has made sure that an administrator named it
     * @throws org.millwright.shared.Refused with Unauthenticated when another signed it, or the issuer's keys cannot be had
     */
    void requireSignedBy(URI issuer, SignedToken token);

    /** @throws org.millwright.shared.Refused with Unauthenticated when it is not signed by the certificate's key */
    void requireSignedBy(ClientCertificate certificate, SignedToken token);
}
