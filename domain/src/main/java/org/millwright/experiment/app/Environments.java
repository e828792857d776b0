package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.model.EnvironmentRepository;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Registers environments of a workspace and finds them, those that every workspace has among them. */
@ApplicationScoped
@Transactional
public class Environments {
    private static final String LATEST = "latest";

    private final EnvironmentRepository environments;
    private final Clock clock;

    @Inject
    public Environments(EnvironmentRepository environments, Clock clock) {
        this.environments = environments;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Environments() {
        this(null, null);
    }

    /** Whether every workspace has an environment of that name, which nobody changes. */
    public static boolean isCurated(String name) {
        return CuratedEnvironments.has(name);
    }

    /** What to register. @param version null for one more than the largest number among the versions */
    public record Registration(
            String name,
            @Nullable String version,
            @Nullable String description,
            Map<String, String> tags,
            EnvironmentSpec spec) {}

    /**
     * Registers a version. Saying again what a version says already changes nothing.
     *
     * @throws Refused with AlreadyExists when the version says something else, or the name is one that we ship
     */
    public RegisteredEnvironment register(WorkspaceName workspace, Registration given, PrincipalId by) {
        RegisteredEnvironment.requireName(given.name());
        if (CuratedEnvironments.has(given.name())) {
            throw Refused.invalid(
                    "name", "'%s' is an environment that every workspace has; choose another".formatted(given.name()));
        }
        var version = given.version() == null ? next(workspace, given.name()) : given.version();
        var environment = new RegisteredEnvironment(
                workspace,
                given.name(),
                version,
                given.description(),
                given.tags(),
                given.spec(),
                by.value(),
                clock.instant(),
                null);
        if (environments.add(environment)) {
            return environment;
        }
        return environments
                .find(workspace, given.name(), version)
                .filter(known -> known.spec().equals(environment.spec()))
                .orElseThrow(() -> new Refused(new Problem.AlreadyExists("environment", environment.reference())));
    }

    private String next(WorkspaceName workspace, String name) {
        var largest = environments.versions(workspace, name).stream()
                .map(RegisteredEnvironment::version)
                .filter(version -> version.matches("\\d{1,9}"))
                .mapToInt(Integer::parseInt)
                .max();
        return Integer.toString(largest.orElse(0) + 1);
    }

    /** @param version or {@code latest} for the newest that is not archived */
    public RegisteredEnvironment get(WorkspaceName workspace, String name, String version) {
        return find(workspace, name, version).orElseThrow(() -> Refused.notFound("environment", name + ":" + version));
    }

    private Optional<RegisteredEnvironment> find(WorkspaceName workspace, String name, String version) {
        if (version.equals(LATEST)) {
            return all(workspace, name).stream()
                    .filter(each -> !each.isArchived())
                    .findFirst();
        }
        return CuratedEnvironments.find(workspace, name, version).or(() -> environments.find(workspace, name, version));
    }

    /** The newest first. @throws Refused with NotFound when there is none of that name */
    public List<RegisteredEnvironment> versions(WorkspaceName workspace, String name) {
        var versions = all(workspace, name);
        if (versions.isEmpty()) {
            throw Refused.notFound("environment", name);
        }
        return versions;
    }

    private List<RegisteredEnvironment> all(WorkspaceName workspace, String name) {
        return CuratedEnvironments.has(name)
                ? CuratedEnvironments.versions(workspace, name)
                : environments.versions(workspace, name);
    }

    /** The newest version of each, by name; those that every workspace has come last. */
    public List<RegisteredEnvironment> list(WorkspaceName workspace, boolean archived) {
        var all = new ArrayList<>(environments.newest(workspace, archived));
        all.addAll(CuratedEnvironments.newest(workspace));
        return all;
    }

    public RegisteredEnvironment archive(WorkspaceName workspace, String name, String version) {
        return keep(workspace, name, version, true);
    }

    public RegisteredEnvironment restore(WorkspaceName workspace, String name, String version) {
        return keep(workspace, name, version, false);
    }

    private RegisteredEnvironment keep(WorkspaceName workspace, String name, String version, boolean archived) {
        if (CuratedEnvironments.has(name)) {
            throw new Refused(new Problem.WrongState(
                    "environment", name, "of every workspace", archived ? "archive" : "restore"));
        }
        var found = get(workspace, name, version);
        if (found.isArchived() == archived) {
            return found;
        }
        var changed = found.archived(archived ? clock.instant() : null);
        environments.store(changed);
        return changed;
    }

    /**
     * What a job means that names an environment: {@code NAME:VERSION}, {@code NAME@latest}, or {@code NAME} for the latest,
     * with {@code azureml:} before it or not.
     *
     * @return the spec itself when it names none
     * @throws Refused with Invalid when there is no such environment
     */
    EnvironmentSpec resolved(WorkspaceName workspace, EnvironmentSpec asked) {
        var reference = asked.name();
        if (reference == null) {
            return asked;
        }
        var plain = reference.startsWith("azureml:") ? reference.substring("azureml:".length()) : reference;
        var at = plain.lastIndexOf('@');
        var colon = plain.lastIndexOf(':');
        var end = at > 0 ? at : colon > 0 ? colon : plain.length();
        var version = end == plain.length() ? LATEST : plain.substring(end + 1);
        var name = plain.substring(0, end);
        if (at > 0 && !version.equals(LATEST)) {
            throw Refused.invalid("environment", "'%s': only @latest is a label".formatted(reference));
        }
        return find(workspace, name, version)
                .map(RegisteredEnvironment::spec)
                .orElseThrow(() -> Refused.invalid(
                        "environment",
                        "workspace '%s' has no environment '%s'; it has %s"
                                .formatted(workspace, plain, namesIn(workspace))));
    }

    private String namesIn(WorkspaceName workspace) {
        return String.join(
                ", ",
                list(workspace, false).stream()
                        .map(RegisteredEnvironment::name)
                        .limit(20)
                        .toList());
    }
}
