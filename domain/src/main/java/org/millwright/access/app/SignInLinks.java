package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.millwright.access.Caller;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Scope;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** One-time links by which people who were made here get in for the first time, or again. Others have their provider. */
@ApplicationScoped
@Transactional
public class SignInLinks {
    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final Credentials credentials;

    @Inject
    public SignInLinks(PrincipalRepository principals, RoleRepository roles, Credentials credentials) {
        this.principals = principals;
        this.roles = roles;
        this.credentials = credentials;
    }

    @SuppressWarnings("NullAway")
    protected SignInLinks() {
        this(null, null, null);
    }

    /**
     * Makes a link to hand to the person. Whoever opens it acts as them, so it is given only by those who hold as much.
     *
     * @throws Refused with Invalid when they are no person who was made here, with WrongState when they are disabled, with
     *     Forbidden when they hold what the caller does not
     */
    public Credentials.Issued issue(Caller by, PrincipalId person) {
        by.requireToManage(Scope.SERVER);
        var found = principals.find(person).orElseThrow(() -> Refused.notFound("principal", person));
        if (found.kind() != PrincipalKind.USER) {
            throw Refused.invalid("principal", "'%s' is no person".formatted(person));
        }
        var identity = found.identity();
        if (identity != null) {
            throw Refused.invalid("principal", "'%s' signs in at '%s'".formatted(person, identity.provider()));
        }
        if (found.isDisabled()) {
            throw new Refused(new Problem.WrongState("principal", person.value(), "disabled", "make a link for"));
        }
        AccessBounds.requireToGive(by, roles.grantsOf(person));
        return credentials.issueSignInLink(by, person);
    }
}
