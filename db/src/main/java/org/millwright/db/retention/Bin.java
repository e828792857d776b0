package org.millwright.db.retention;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millwright.retention.DeletedKind;

/**
 * How what is deleted is found in the tables of the contexts that own it, and what may still need it: one place for the
 * purge by hand and for the sweep, so that they never disagree.
 */
final class Bin {
    private static final String ORIGIN =
            "SELECT 'ORIGIN' AS need, v.model || ':' || v.version AS what, '' AS place FROM registry.model_version v ";
    private static final String DELETED_ORIGIN = """
            SELECT 'DELETED_ORIGIN' AS need, b.model || ':' || v.version AS what, '' AS place
            FROM registry.deleted_version v JOIN registry.deletion b ON b.id = v.deletion
            """;
    private static final String DEPLOYED = """
            SELECT 'DEPLOYED' AS need, d.model || ':' || v.version AS what, p.name AS place
            FROM registry.deleted_version v
            JOIN endpoint.online_endpoint p ON p.workspace = d.workspace
            CROSS JOIN LATERAL jsonb_array_elements(p.deployments -> 'deployments') AS deployed
            WHERE v.deletion = d.id AND deployed ->> 'model' = d.model || ':' || v.version
            """;

    private static final Map<DeletedKind, List<String>> NEEDS = Map.of(
            DeletedKind.RUN,
            both(
                    "WHERE v.run = r.id",
                    "WHERE v.files IS NOT NULL AND split_part(v.files, '/', 1) = CAST(r.experiment AS text) AND split_part(v.files, '/', 2) = r.id"),
            DeletedKind.LOGGED_MODEL,
            both(
                    "WHERE v.logged_model = l.id",
                    "WHERE v.files IS NOT NULL AND split_part(v.files, '/', 1) = CAST(l.experiment AS text) AND split_part(v.files, '/', 2) = 'models' AND split_part(v.files, '/', 3) = l.id"),
            DeletedKind.EXPERIMENT,
            joined(
                    List.of(
                            "SELECT 'DEFAULT' AS need, '' AS what, '' AS place WHERE x.id = 0",
                            "SELECT 'HOLDS' AS need, h.id AS what, '' AS place FROM experiment.run h WHERE h.experiment = x.id AND h.deleted_at IS NULL"),
                    both(
                            "JOIN experiment.run o ON o.id = v.run WHERE o.experiment = x.id",
                            "WHERE v.files IS NOT NULL AND split_part(v.files, '/', 1) = CAST(x.id AS text)")),
            DeletedKind.MODEL,
            List.of(DEPLOYED),
            DeletedKind.MODEL_VERSION,
            List.of(DEPLOYED));

    private Bin() {}

    /** Selects kind, id, workspace, name, place, deleted_at, files, and whether it is listed with its experiment. */
    static String items(DeletedKind kind) {
        return switch (kind) {
            case RUN -> """
                SELECT 'RUN' AS kind, r.id AS id, r.workspace, r.name, e.name AS place, r.deleted_at,
                    r.experiment || '/' || r.id AS files, r.deleted_at IS NOT DISTINCT FROM e.deleted_at AS goes_along
                FROM experiment.run r JOIN experiment.experiment e ON e.id = r.experiment
                WHERE r.deleted_at IS NOT NULL
                """;
            case EXPERIMENT -> """
                SELECT 'EXPERIMENT' AS kind, CAST(x.id AS text) COLLATE "C" AS id, x.workspace, x.name, '' COLLATE "C" AS place,
                    x.deleted_at, CAST(x.id AS text) AS files, false AS goes_along
                FROM experiment.experiment x
                WHERE x.deleted_at IS NOT NULL
                """;
            case LOGGED_MODEL -> """
                SELECT 'LOGGED_MODEL' AS kind, l.id AS id, l.workspace, l.name, e.name AS place, l.deleted_at,
                    l.experiment || '/models/' || l.id AS files, false AS goes_along
                FROM registry.logged_model l JOIN experiment.experiment e ON e.id = l.experiment
                WHERE l.deleted_at IS NOT NULL
                """;
            case MODEL -> """
                SELECT 'MODEL' AS kind, CAST(d.id AS text) COLLATE "C" AS id, d.workspace, d.model AS name, '' COLLATE "C" AS place,
                    d.deleted_at, CAST(NULL AS text) AS files, false AS goes_along
                FROM registry.deletion d
                WHERE d.version IS NULL
                """;
            case MODEL_VERSION -> """
                SELECT 'MODEL_VERSION' AS kind, CAST(d.id AS text) COLLATE "C" AS id, d.workspace, d.model || ':' || d.version AS name,
                    '' COLLATE "C" AS place, d.deleted_at, CAST(NULL AS text) AS files, false AS goes_along
                FROM registry.deletion d
                WHERE d.version IS NOT NULL
                """;
        };
    }

    /** What the kind's row is called in {@link #items}. */
    static String row(DeletedKind kind) {
        return switch (kind) {
            case RUN -> "r";
            case EXPERIMENT -> "x";
            case LOGGED_MODEL -> "l";
            case MODEL, MODEL_VERSION -> "d";
        };
    }

    /** The column with what roles are given on: an experiment or a model. */
    static String owner(DeletedKind kind) {
        return switch (kind) {
            case RUN -> "r.experiment";
            case EXPERIMENT -> "x.id";
            case LOGGED_MODEL -> "l.experiment";
            case MODEL, MODEL_VERSION -> "d.model";
        };
    }

    /** Selects need, what and place for everything that needs the kind's row. */
    static String needs(DeletedKind kind) {
        return NEEDS.getOrDefault(kind, List.of()).stream().collect(Collectors.joining("\nUNION ALL\n"));
    }

    /** A condition: nothing needs the kind's row. */
    static String isFree(DeletedKind kind) {
        return NEEDS.getOrDefault(kind, List.of()).stream()
                .map("NOT EXISTS (%s)"::formatted)
                .collect(Collectors.joining("\nAND "));
    }

    /** A version's origin and the owner of its files may be two; both must stay, for versions in the bin as well. */
    private static List<String> both(String madeFrom, String keptIn) {
        return List.of(ORIGIN + madeFrom, ORIGIN + keptIn, DELETED_ORIGIN + madeFrom, DELETED_ORIGIN + keptIn);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
