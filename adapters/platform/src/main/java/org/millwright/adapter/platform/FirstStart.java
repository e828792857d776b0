package org.millwright.adapter.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.millwright.access.app.Credentials;
import org.millwright.compute.ComputeName;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

/**
 * Makes what every server has before its first user comes: the local administrator, who holds the token in the data
 * folder, and the cluster on the server's own machine. At later starts it finds both and changes only the cluster's size.
 */
@ApplicationScoped
public class FirstStart {
    @Inject
    Credentials credentials;

    @Inject
    ComputeTargets compute;

    @Inject
    ServerSettings settings;

    void onStart(@Observes Startup event) {
        var token = settings.secretFolder().resolve("admin.token");
        try {
            credentials.ensureLocalAdministrator(Files.readString(token).strip());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the local administrator's token in " + token, unreadable);
        }
        compute.ensure(WorkspaceName.MAIN, ComputeName.LOCAL, settings.localSlots());
    }
}
