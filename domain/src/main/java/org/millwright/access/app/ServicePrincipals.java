package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.ClaimPattern;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.Identity;
import org.millwright.access.model.IssuerSettings;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.ServiceRepository;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.IdSource;
import org.millwright.shared.Names;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * Programs that sign in for themselves, and by what: secrets, certificates, or tokens of others that they trust. Whoever gives
 * a service something to sign in by could sign in as it, so they have to hold all that it holds.
 */
@ApplicationScoped
@Transactional
public class ServicePrincipals {
    private static final int MOST = 20;
    private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9-]{0,99}");
    private static final Pattern APPLICATION = Pattern.compile("\\p{Graph}{1,255}");

    private final Principals all;
    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final CredentialRepository credentials;
    private final ServiceRepository services;
    private final TokenLife life;
    private final IssuerSettings issuers;
    private final RightsChanges changes;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public ServicePrincipals(
            Principals all,
            PrincipalRepository principals,
            RoleRepository roles,
            CredentialRepository credentials,
            ServiceRepository services,
            TokenLife life,
            IssuerSettings issuers,
            RightsChanges changes,
            IdSource ids,
            Clock clock) {
        this.all = all;
        this.principals = principals;
        this.roles = roles;
        this.credentials = credentials;
        this.services = services;
        this.life = life;
        this.issuers = issuers;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ServicePrincipals() {
        this(null, null, null, null, null, null, null, null, null, null);
    }

    /** A service and all that it signs in by. Secrets that were revoked are among them, so that people see it. */
    public record Service(
            Principal principal,
            List<Credential> secrets,
            List<ClientCertificate> certificates,
            List<FederatedTrust> trusts) {}

    /** A trust before it is one. */
    public record NewTrust(String name, String issuer, String audience, String subject, Map<String, String> claims) {}

    public Page<Principal> page(String text, PageRequest page) {
        return principals.page(PrincipalKind.SERVICE, text, page);
    }

    /** @throws Refused with NotFound, also for a person or a group */
    public Service get(PrincipalId id) {
        return new Service(
                service(id),
                credentials.of(id, CredentialKind.CLIENT_SECRET),
                services.certificatesOf(id),
                services.trustsOf(id));
    }

    /**
     * A service that may do nothing yet.
     *
     * @param id its client id; null for one that we make
     * @param identity the application of a provider that it is; null when only this server knows it
     */
    public Principal create(@Nullable PrincipalId id, String name, @Nullable Identity identity) {
        if (identity != null) {
            Names.require(
                    "provider", identity.provider(), PROVIDER, "the name that the operator gave an identity provider");
            Names.require("provider_client_id", identity.subject(), APPLICATION, "1 to 255 visible characters");
        }
        if (id != null) {
            Principals.requireLocal(id);
        }
        var made = new Principal(
                id == null ? new PrincipalId(ids.nextId().toString()) : id,
                PrincipalKind.SERVICE,
                name,
                null,
                null,
                identity,
                clock.instant(),
                null,
                null);
        principals.add(made);
        return made;
    }

    /** Refuses all that it signs in by and all that it got for it, from now on; again is harmless. */
    public Principal disable(Caller by, PrincipalId id) {
        return all.disable(by, service(id).id());
    }

    /** @throws Refused with Forbidden when it holds what the caller could not give it */
    public Principal enable(Caller by, PrincipalId id) {
        return all.enable(by, service(id).id());
    }

    /** @throws Refused with Forbidden when that would lift a denial of what the caller does not hold */
    public void delete(Caller by, PrincipalId id) {
        all.delete(by, service(id).id());
    }

    /**
     * One more secret: the old ones stay good until they are revoked or end, so that clients can change over.
     *
     * @param lifetime null for the usual one
     */
    public Credentials.Issued addSecret(Caller by, PrincipalId id, String name, @Nullable Duration lifetime) {
        requireToActAs(by, id);
        if (name.isBlank() || name.length() > 200) {
            throw Refused.invalid("name", "1 to 200 characters");
        }
        var now = clock.instant();
        requireRoom(
                "secrets",
                credentials.of(id, CredentialKind.CLIENT_SECRET).stream()
                        .filter(there -> there.isValid(now))
                        .toList());
        var secret = CredentialKind.CLIENT_SECRET.newSecret(ids);
        var credential = Credential.made(
                new CredentialId(ids.nextId()),
                CredentialKind.CLIENT_SECRET,
                id,
                name,
                Sha256.hex(secret),
                Confinement.NONE,
                now,
                life.endOfSecret(lifetime, now, by.confinement().until()));
        credentials.add(credential);
        return new Credentials.Issued(credential, secret);
    }

    /** With the access tokens that it was good for; again is harmless. */
    public void revokeSecret(PrincipalId id, CredentialId secret) {
        var known = credentials
                .find(secret)
                .filter(found -> found.principal().equals(id) && found.kind() == CredentialKind.CLIENT_SECRET);
        if (known.isEmpty()) {
            throw Refused.notFound("secret", secret);
        }
        credentials.revoke(secret, clock.instant());
        endTokensOf(secret);
    }

    /** @param file the certificate in PEM, without its key */
    public ClientCertificate addCertificate(Caller by, PrincipalId id, String name, String file) {
        requireToActAs(by, id);
        requireRoom("certificates", services.certificatesOf(id));
        var certificate = ClientCertificate.of(new CredentialId(ids.nextId()), id, name, file, clock.instant());
        services.add(certificate);
        return certificate;
    }

    public void removeCertificate(PrincipalId id, CredentialId certificate) {
        if (!services.removeCertificate(service(id).id(), certificate)) {
            throw Refused.notFound("certificate", certificate);
        }
        endTokensOf(certificate);
    }

    public FederatedTrust addTrust(Caller by, PrincipalId id, NewTrust wanted) {
        requireToActAs(by, id);
        requireRoom("federation", services.trustsOf(id));
        var claims = new HashMap<String, ClaimPattern>();
        wanted.claims().forEach((claim, pattern) -> claims.put(claim, new ClaimPattern(pattern)));
        var trust = new FederatedTrust(
                new CredentialId(ids.nextId()),
                id,
                wanted.name(),
                FederatedTrust.issuer(wanted.issuer(), issuers.own()),
                wanted.audience(),
                new ClaimPattern(wanted.subject()),
                claims,
                clock.instant(),
                null);
        services.add(trust);
        return trust;
    }

    public void removeTrust(PrincipalId id, CredentialId trust) {
        if (!services.removeTrust(service(id).id(), trust)) {
            throw Refused.notFound("federation", trust);
        }
        endTokensOf(trust);
    }

    private void endTokensOf(CredentialId madeWith) {
        credentials.revokeMadeWith(madeWith, clock.instant());
        changes.happened();
    }

    private Principal service(PrincipalId id) {
        return principals
                .find(id)
                .filter(found -> found.kind() == PrincipalKind.SERVICE)
                .orElseThrow(() -> Refused.notFound("service principal", id));
    }

    private static void requireRoom(String what, List<?> there) {
        if (there.size() >= MOST) {
            throw Refused.invalid(what, "a service principal has at most %d".formatted(MOST));
        }
    }

    /** @throws Refused with Forbidden when the service may do what they may not: nobody rises by a secret they make */
    private void requireToActAs(Caller by, PrincipalId id) {
        service(id);
        AccessBounds.requireToGive(by, roles.grantsOf(id));
    }
}
