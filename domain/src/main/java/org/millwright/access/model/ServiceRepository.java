package org.millwright.access.model;

import java.time.Instant;
import java.util.List;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;

/** Keeps the certificates and the trusts by which service principals sign in without a secret. */
public interface ServiceRepository {

    /** Oldest first; so are the trusts. */
    List<ClientCertificate> certificatesOf(PrincipalId service);

    /** @throws org.millwright.shared.Refused with AlreadyExists when the service has that certificate */
    void add(ClientCertificate certificate);

    /** @return whether the service had it */
    boolean removeCertificate(PrincipalId service, CredentialId id);

    List<FederatedTrust> trustsOf(PrincipalId service);

    /** @throws org.millwright.shared.Refused with AlreadyExists when the service has one of that name */
    void add(FederatedTrust trust);

    /** @return whether the service had it */
    boolean removeTrust(PrincipalId service, CredentialId id);

    /** Remembers when a certificate or a trust was last used. */
    void used(CredentialId id, Instant at);
}
