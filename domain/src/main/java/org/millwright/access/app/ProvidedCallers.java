package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.RoleRepository;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Finds, for a provider's access token that was believed, who that is here and what they may do. */
@ApplicationScoped
@Transactional
public class ProvidedCallers {
    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final Provisioning provisioning;

    @Inject
    public ProvidedCallers(PrincipalRepository principals, RoleRepository roles, Provisioning provisioning) {
        this.principals = principals;
        this.roles = roles;
        this.provisioning = provisioning;
    }

    @SuppressWarnings("NullAway")
    protected ProvidedCallers() {
        this(null, null, null);
    }

    /**
     * A person becomes known here with their first token, as with their first sign-in. An application has to be known: what
     * it may do, somebody has to have said.
     *
     * @throws Refused with Unauthenticated when the account is disabled, or nobody made the application known
     */
    Caller of(ProviderToken token, CredentialId credential) {
        var principal =
                switch (token) {
                    case ProviderToken.OfPerson person -> person(person);
                    case ProviderToken.OfApplication application -> application(application);
                };
        if (principal.isDisabled()) {
            throw unauthenticated("The account '%s' is disabled".formatted(principal.name()));
        }
        return new Caller(
                principal.id(),
                principal.name(),
                roles.grantsOf(principal.id()),
                Confinement.NONE.until(token.expiresAt()),
                credential,
                null);
    }

    private Principal person(ProviderToken.OfPerson token) {
        var known = principals
                .find(token.who().identity())
                .filter(found -> found.kind() == PrincipalKind.USER)
                .orElse(null);
        return known == null || isNews(token, known) ? provisioning.follow(token.who(), token.rules()) : known;
    }

    /** Of what a provider said at different times the latest holds, in whatever order it comes. */
    private static boolean isNews(ProviderToken.OfPerson token, Principal known) {
        var seen = known.lastSeenAt();
        var issued = token.issuedAt();
        return token.tellsMemberships() && issued != null && (seen == null || issued.isAfter(seen));
    }

    private Principal application(ProviderToken.OfApplication token) {
        var application = token.application();
        return principals
                .find(application)
                .filter(found -> found.kind() == PrincipalKind.SERVICE)
                .orElseThrow(() -> unauthenticated(
                        "The application '%s' of '%s' is not known here: an administrator has to make a service principal of it"
                                .formatted(application.subject(), application.provider())));
    }

    private static Refused unauthenticated(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }
}
