package org.millwright.db;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Attribution;

/**
 * Tells the database in whose name a transaction changes what the audit trail tells of: its triggers read it. That is one
 * statement more, and what is logged all the time does without.
 */
final class Attributed {
    /** Lasts until the transaction ends, so that the next user of the connection has none of it. */
    static final String STATEMENT = "SELECT set_config('millwright.audit', ?, true)";

    /** The same as the first part of a statement that writes what it reads beside it. What was said before stays for null. */
    static final String PART = """
            attributed AS (
                SELECT set_config('millwright.audit', coalesce(CAST(? AS text), current_setting('millwright.audit', true), ''), true)
            )""";

    /** Tables of which the trail does not tell, because nobody configures anything in them. */
    static final Set<String> UNTOLD = Set.of(
            "access.audit_cut",
            "access.audit_event",
            "access.audit_waiting",
            "access.provider_session",
            "access.used_statement",
            "compute.claim",
            "compute.node",
            "compute.run_queue",
            "compute.scaling",
            "compute.usage",
            "experiment.metric_key",
            "experiment.metric_point",
            "experiment.metric_summary",
            "experiment.model_metric",
            "experiment.run_attempt",
            "experiment.run_dataset",
            "experiment.run_made",
            "experiment.run_model",
            "experiment.run_parameter",
            "experiment.run_tag",
            "monitoring.delivery",
            "outbox.delivery",
            "outbox.event",
            "registry.deleted_version",
            "registry.deletion",
            "schedule.firing",
            "schedule.left_out",
            "schedule.progress");

    private static final Pattern WRITE = Pattern.compile(
            "\\b(?:INSERT\\s+INTO|UPDATE|DELETE\\s+FROM)\\s+([a-z_]+\\.[a-z_]+)", Pattern.CASE_INSENSITIVE);
    private static final int MOST_KNOWN = 2000;
    private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

    private Attributed() {}

    /** Whether the statement may change what is told of. */
    static boolean isNeeded(String sql) {
        var known = KNOWN.get(sql);
        if (known != null) {
            return known;
        }
        var needed = WRITE.matcher(sql).results().anyMatch(write -> !UNTOLD.contains(write.group(1)));
        if (KNOWN.size() < MOST_KNOWN) {
            KNOWN.put(sql, needed);
        }
        return needed;
    }

    /** What the triggers are to know; null when the server works for itself. */
    static @Nullable String now() {
        return Attribution.current()
                .map(attribution -> Json.write(attribution).value())
                .orElse(null);
    }
}
