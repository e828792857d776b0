package org.millwright.portal.environment;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.EnvironmentBuilds;
import org.millwright.experiment.app.Environments;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Notices;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The environments of the workspace, and one version of one of them with its build on this server. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class EnvironmentsPage {
    private static final int SHOWN_LOG_BYTES = 1 << 20;

    private final Address address;
    private final CurrentCaller caller;
    private final Environments environments;
    private final EnvironmentBuilds builds;
    private final Notices notices;
    private @Nullable RegisteredEnvironment selected;
    private EnvironmentBuilds.@Nullable Build build;

    @Inject
    public EnvironmentsPage(
            Address address,
            CurrentCaller caller,
            Environments environments,
            EnvironmentBuilds builds,
            Notices notices) {
        this.address = address;
        this.caller = caller;
        this.environments = environments;
        this.builds = builds;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected EnvironmentsPage() {
        this(null, null, null, null, null);
    }

    /** One version. @param kind of content, in words @param curated whether every workspace has it */
    public record Row(
            String name,
            String version,
            String description,
            String kind,
            boolean curated,
            boolean archived,
            String createdBy,
            Instant createdAt) {
        static Row of(RegisteredEnvironment environment) {
            return new Row(
                    environment.name(),
                    environment.version(),
                    environment.description() == null ? "" : environment.description(),
                    kind(environment),
                    Environments.isCurated(environment.name()),
                    environment.isArchived(),
                    environment.createdBy(),
                    environment.createdAt());
        }

        private static String kind(RegisteredEnvironment environment) {
            var packages = environment.spec().packages().size();
            return packages == 0 && environment.spec().image() != null
                    ? "Image"
                    : packages == 1 ? "1 package" : packages + " packages";
        }
    }

    /** Finds the one in the address before anything of the page is sent. */
    public void open() {
        selected();
    }

    public List<Row> getRows() {
        return environments.list(caller.workspace(), address.text("archived").equals("true")).stream()
                .map(Row::of)
                .toList();
    }

    public boolean isArchivedShown() {
        return address.text("archived").equals("true");
    }

    private Optional<RegisteredEnvironment> selected() {
        if (selected == null && !address.text("name").isEmpty()) {
            var version = address.text("version");
            selected =
                    environments.get(caller.workspace(), address.text("name"), version.isEmpty() ? "latest" : version);
        }
        return Optional.ofNullable(selected);
    }

    private RegisteredEnvironment chosen() {
        return selected().orElseThrow();
    }

    public @Nullable Row getSelected() {
        return selected().map(Row::of).orElse(null);
    }

    /** The newest first. */
    public List<Row> getVersions() {
        return environments.versions(caller.workspace(), chosen().name()).stream()
                .map(Row::of)
                .toList();
    }

    public String getReference() {
        return "azureml:" + chosen().reference();
    }

    public List<String> getPackages() {
        return chosen().spec().packages();
    }

    public List<Field> getTags() {
        return Field.of(chosen().tags());
    }

    public String getPython() {
        var python = chosen().spec().pythonVersion();
        return python == null ? "as the compute target has it" : python;
    }

    public String getImage() {
        var image = chosen().spec().image();
        return image == null ? "" : image;
    }

    public String getDigest() {
        return chosen().spec().digest().value();
    }

    private EnvironmentBuilds.Build build() {
        if (build == null) {
            try {
                build = builds.find(chosen().spec().digest());
            } catch (IOException broken) {
                throw new UncheckedIOException("Cannot look for the build of " + chosen().reference(), broken);
            }
        }
        return build;
    }

    public boolean isBuilding() {
        return build().state() == EnvironmentBuilds.State.BUILDING;
    }

    public String getBuildState() {
        return switch (build().state()) {
            case NOT_BUILT -> "Not built here yet: the first job that wants it builds it.";
            case BUILDING -> "It is being built.";
            case BUILT -> "Built here; jobs that want it begin at once.";
            case FAILED -> "The last build failed; the next job that wants it tries again.";
        };
    }

    public @Nullable Instant getLastUsedAt() {
        return build().lastUsedAt();
    }

    /** What was installed, with all that the packages need; empty when it is not built. */
    public List<String> getInstalled() {
        return build().packages().lines().toList();
    }

    /** The end of what its builds printed; empty when there was none. */
    public String getBuildLog() {
        var digest = chosen().spec().digest();
        try {
            var log = builds.readLog(digest, 0, SHOWN_LOG_BYTES);
            return new String(log, StandardCharsets.UTF_8).strip();
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read the build log of " + chosen().reference(), broken);
        }
    }

    public boolean isChangeable() {
        return selected().isPresent()
                && !Environments.isCurated(chosen().name())
                && caller.get().may(Permission.JOB_SUBMIT, caller.workspace());
    }

    @Requires(Permission.JOB_SUBMIT)
    public void archive() {
        notices.attempt(
                () -> selected = environments.archive(caller.workspace(), chosen().name(), chosen().version()),
                "Archived; jobs that name it still find it");
    }

    @Requires(Permission.JOB_SUBMIT)
    public void restore() {
        notices.attempt(
                () -> selected = environments.restore(caller.workspace(), chosen().name(), chosen().version()),
                "Restored");
    }
}
