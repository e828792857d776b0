package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.millwright.access.AssignmentId;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.shared.IdSource;
import org.millwright.shared.Sha256;

/** The owner that every server has, whom no identity provider can lock out: for the first start, and to break the glass. */
@ApplicationScoped
@Transactional
public class LocalAdministrator {
    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final CredentialRepository credentials;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public LocalAdministrator(
            PrincipalRepository principals,
            RoleRepository roles,
            CredentialRepository credentials,
            IdSource ids,
            Clock clock) {
        this.principals = principals;
        this.roles = roles;
        this.credentials = credentials;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected LocalAdministrator() {
        this(null, null, null, null, null);
    }

    /**
     * Makes them, and lets the token that the operator keeps in a file be theirs; again changes nothing.
     *
     * @return the token to keep from now on: another one when the given one was revoked, because whoever revoked it no
     *     longer trusts it, and the operator must not be locked out
     */
    public String ensure(String token) {
        var admin = PrincipalId.LOCAL_ADMINISTRATOR;
        var now = clock.instant();
        if (principals.find(admin).isEmpty()) {
            principals.add(Principal.local(admin, PrincipalKind.USER, "Local administrator", now));
        }
        roles.assign(new RoleAssignment(
                new AssignmentId(ids.nextId()), admin, Grant.allow(Role.OWNER, Scope.SERVER), now, admin));
        var known = credentials.findByDigest(Sha256.hex(token));
        if (known.isPresent() && known.get().credential().isValid(now)) {
            return token;
        }
        var kept = known.isEmpty() ? token : CredentialKind.PERSONAL_TOKEN.newSecret(ids);
        credentials.add(Credential.made(
                new CredentialId(ids.nextId()),
                CredentialKind.PERSONAL_TOKEN,
                admin,
                "Connection token of this server's data folder",
                Sha256.hex(kept),
                Confinement.NONE,
                now,
                null));
        return kept;
    }
}
