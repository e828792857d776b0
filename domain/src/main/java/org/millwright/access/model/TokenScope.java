package org.millwright.access.model;

import static org.millwright.access.Permission.*;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Confinement;
import org.millwright.access.Permission;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * What a token is confined to, in the words of OAuth 2.0's {@code scope} (RFC 6749, section 3.3): the name of a preset, names of
 * permissions, and {@code workspace:NAME}. No permission at all is all of them.
 */
public final class TokenScope {
    private static final String ALL = "all";
    private static final String WORKSPACE = "workspace:";
    /** Azure's clients ask for all of a resource by its address and this. */
    private static final String AZURE_ALL = "/.default";

    private TokenScope() {}

    /** Permissions that are often wanted together. */
    public enum Preset {
        /** To look at everything but keys, secrets and who may do what. */
        READ_ONLY(
                "read-only",
                EnumSet.of(WORKSPACE_READ, EXPERIMENT_READ, COMPUTE_READ, MODEL_READ, ENDPOINT_READ, SCHEDULE_READ)),
        /** To log runs and register models: what an MLflow client does. */
        TRACKING("tracking", EnumSet.of(WORKSPACE_READ, EXPERIMENT_READ, EXPERIMENT_WRITE, MODEL_READ, MODEL_WRITE)),
        /** To submit jobs and to follow them, and to register what they made: what a pipeline of a team does. */
        JOBS(
                "jobs",
                EnumSet.of(
                        WORKSPACE_READ,
                        EXPERIMENT_READ,
                        EXPERIMENT_WRITE,
                        JOB_SUBMIT,
                        JOB_CANCEL,
                        COMPUTE_READ,
                        MODEL_READ,
                        MODEL_WRITE));

        private final String word;
        private final Set<Permission> permissions;

        Preset(String word, Set<Permission> permissions) {
            this.word = word;
            this.permissions = Set.copyOf(permissions);
        }

        public String word() {
            return word;
        }

        public Set<Permission> permissions() {
            return permissions;
        }
    }

    /** @throws Refused with Invalid for {@code scope}, naming the word that means nothing */
    public static Confinement of(Collection<String> words) {
        var permissions = EnumSet.noneOf(Permission.class);
        @Nullable WorkspaceName workspace = null;
        for (var word : words) {
            if (word.startsWith(WORKSPACE)) {
                var named = new WorkspaceName(word.substring(WORKSPACE.length()));
                if (workspace != null && !workspace.equals(named)) {
                    throw Refused.invalid("scope", "one workspace, or none for all");
                }
                workspace = named;
            } else {
                permissions.addAll(permissions(word));
            }
        }
        return new Confinement(permissions.isEmpty() ? EnumSet.allOf(Permission.class) : permissions, workspace);
    }

    /** The same in as few words as possible; none for a token that is not confined. */
    public static List<String> words(Confinement confinement) {
        var words = new ArrayList<String>();
        if (!confinement.isOfAllPermissions()) {
            Stream.of(Preset.values())
                    .filter(preset -> preset.permissions.equals(confinement.permissions()))
                    .findFirst()
                    .ifPresentOrElse(preset -> words.add(preset.word), () -> confinement.permissions().stream()
                            .sorted()
                            .map(Permission::name)
                            .forEach(words::add));
        }
        var workspace = confinement.workspace();
        if (workspace != null) {
            words.add(WORKSPACE + workspace);
        }
        return List.copyOf(words);
    }

    private static Set<Permission> permissions(String word) {
        if (word.equals(ALL) || word.endsWith(AZURE_ALL)) {
            return EnumSet.allOf(Permission.class);
        }
        for (var preset : Preset.values()) {
            if (preset.word.equals(word)) {
                return preset.permissions;
            }
        }
        for (var permission : Permission.values()) {
            if (permission.name().equals(word.toUpperCase(Locale.ROOT).replace('-', '_'))) {
                return Set.of(permission);
            }
        }
        throw Refused.invalid(
                "scope",
                "'%s' is neither %s, 'workspace:NAME' nor a permission such as MODEL_READ"
                        .formatted(
                                word,
                                Stream.of(Preset.values())
                                        .map(Preset::word)
                                        .collect(Collectors.joining("', '", "'", "'"))));
    }
}
