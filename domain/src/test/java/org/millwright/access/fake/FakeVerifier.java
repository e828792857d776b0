package org.millwright.access.fake;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.SignedClaims;
import org.millwright.access.model.SignedToken;
import org.millwright.access.spi.TokenVerifier;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Knows the tokens that a test made, and who signed them. */
public final class FakeVerifier implements TokenVerifier {
    private final Map<String, SignedToken> tokens = new HashMap<>();
    private final Map<String, String> signers = new HashMap<>();
    private final List<URI> asked = new ArrayList<>();

    /** @param signer an issuer, or a certificate's thumbprint */
    public String signed(String signer, SignedClaims claims, @Nullable String certificate) {
        var text = "header.payload-%d.signature".formatted(tokens.size());
        tokens.put(text, new SignedToken(text, certificate, null, claims));
        signers.put(text, signer);
        return text;
    }

    /** Whose keys were asked for. */
    public List<URI> asked() {
        return asked;
    }

    @Override
    public SignedToken read(String token) {
        var known = tokens.get(token);
        if (known == null) {
            throw new Refused(new Problem.Unauthenticated("The token is no JSON web token"));
        }
        return known;
    }

    @Override
    public void requireSignedBy(URI issuer, SignedToken token) {
        asked.add(issuer);
        require(issuer.toString(), token);
    }

    @Override
    public void requireSignedBy(ClientCertificate certificate, SignedToken token) {
        require(certificate.thumbprint(), token);
    }

    private void require(String signer, SignedToken token) {
        if (!signer.equals(signers.get(token.text()))) {
            throw new Refused(new Problem.Unauthenticated("The signature is not that of " + signer));
        }
    }
}
