package org.millwright.adapter.oidc;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import org.millwright.access.app.Provisioning;
import org.millwright.access.spi.IdentityProviders;

/** At each start, takes back what an earlier configuration granted to people of providers. */
@ApplicationScoped
public class ConfiguredGroups {
    @Inject
    Provisioning provisioning;

    @Inject
    IdentityProviders providers;

    void onStart(@Observes Startup event) {
        provisioning.followConfiguration(providers);
    }
}
