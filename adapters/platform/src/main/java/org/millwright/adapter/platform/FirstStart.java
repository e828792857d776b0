package org.millwright.adapter.platform;

import com.sun.management.OperatingSystemMXBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.millwright.access.app.LocalAdministrator;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.VmSize;
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
    LocalAdministrator administrator;

    @Inject
    ComputeTargets compute;

    @Inject
    ServerSettings settings;

    void onStart(@Observes Startup event) {
        var file = settings.secretFolder().resolve("admin.token");
        try {
            var token = Files.readString(file).strip();
            var kept = administrator.ensure(token);
            if (!kept.equals(token)) {
                replace(file, kept);
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException("Cannot use the local administrator's token in " + file, unusable);
        }
        compute.ensure(WorkspaceName.MAIN, ComputeName.LOCAL, shares(settings.localSlots()));
    }

    /** The whole machine in so many equal parts. */
    private static ComputeKind shares(int nodes) {
        var cpus = (double) Runtime.getRuntime().availableProcessors() / nodes;
        var memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
        return ComputeKind.Cluster.ofShares(VmSize.share(cpus, Math.max(1, memory / nodes)), nodes);
    }

    /** Written aside and renamed: the file is always whole, and never readable by others. */
    private static void replace(Path file, String token) throws IOException {
        var draft = Files.createTempFile(Objects.requireNonNull(file.getParent()), ".admin", ".token");
        Files.writeString(draft, token + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
