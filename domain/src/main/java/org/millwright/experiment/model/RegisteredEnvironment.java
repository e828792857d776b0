package org.millwright.experiment.model;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * One version of an environment that a workspace keeps under a name. What it says never changes, so that a run which names it
 * can be repeated; archived it is no longer offered, and runs that name it still find it.
 *
 * @param spec its packages or its image; named by this version
 * @param createdBy who registered it
 * @param archivedAt null while it is offered
 */
public record RegisteredEnvironment(
        WorkspaceName workspace,
        String name,
        String version,
        @Nullable String description,
        Map<String, String> tags,
        EnvironmentSpec spec,
        String createdBy,
        Instant createdAt,
        @Nullable Instant archivedAt) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,29}");
    private static final int LONGEST_DESCRIPTION = 10_000;
    private static final int MOST_TAGS = 100;

    public RegisteredEnvironment {
        requireName(name);
        if (!VERSION.matcher(version).matches() || version.equals("latest")) {
            throw Refused.invalid("version", "1 to 30 letters, digits, '.', '-' and '_', and not 'latest'");
        }
        if (description != null && description.length() > LONGEST_DESCRIPTION) {
            throw Refused.invalid("description", "at most %d characters".formatted(LONGEST_DESCRIPTION));
        }
        if (tags.size() > MOST_TAGS) {
            throw Refused.invalid("tags", "at most %d".formatted(MOST_TAGS));
        }
        if (spec.packages().isEmpty() && spec.image() == null && spec.pythonVersion() == null) {
            throw Refused.invalid("environment", "packages, a Python version or an image");
        }
        tags = Map.copyOf(tags);
        spec = spec.named(name + ":" + version);
    }

    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid("name", "1 to 255 letters, digits, '.', '-' and '_', not starting with '.' or '-'");
        }
    }

    /** As jobs refer to it. */
    public String reference() {
        return Objects.requireNonNull(spec.name());
    }

    public boolean isArchived() {
        return archivedAt != null;
    }

    public RegisteredEnvironment archived(@Nullable Instant at) {
        return new RegisteredEnvironment(workspace, name, version, description, tags, spec, createdBy, createdAt, at);
    }
}
