package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import org.millwright.access.CredentialId;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.ServerSettings;

/** Signing out at an identity provider together with here, whichever of the two comes first. It waits for providers, so it is no transaction. */
@ApplicationScoped
public class ProviderSignOut {
    private final ProviderSessions sessions;
    private final IdentityProviders providers;
    private final ServerSettings settings;

    @Inject
    public ProviderSignOut(ProviderSessions sessions, IdentityProviders providers, ServerSettings settings) {
        this.sessions = sessions;
        this.providers = providers;
        this.settings = settings;
    }

    @SuppressWarnings("NullAway")
    protected ProviderSignOut() {
        this(null, null, null);
    }

    /**
     * Where to sign out of the provider that vouched for a session.
     *
     * @param backPath where the provider may send them afterwards, on this server
     * @return empty when no provider did, or it has no such address
     */
    public Optional<URI> address(CredentialId session, String backPath) {
        return sessions.find(session)
                .flatMap(found -> providers.signOut(
                        found.identity().provider(),
                        sessions.idToken(found),
                        URI.create(settings.publicUrl() + backPath)));
    }

    /**
     * A provider says that somebody signed out there; their sessions here end.
     *
     * @param notice as it came, not believed yet
     * @throws org.millwright.shared.Refused with Invalid when it is not the provider's
     */
    public void signedOut(String provider, String notice) {
        sessions.signedOut(provider, providers.signedOut(provider, notice));
    }
}
