package org.millwright.db.plan;

import org.millwright.db.PostgresForTests;

/** Rows by the ten thousands, as a server has them after a while: enough that an index is the cheaper way. */
final class GrownDatabase {
    /** The experiment that has more runs than any other: an eighth of all. */
    static final long LARGE_EXPERIMENT = 1;

    /** No watched table has fewer rows. */
    static final int FEWEST_ROWS = 5000;

    private GrownDatabase() {}

    static void seed(PostgresForTests postgres) {
        postgres.execute("""
                -- The rows below keep to the foreign keys; checking each would take most of the time.
                SET session_replication_role = replica;
                INSERT INTO experiment.experiment (id, workspace, name, tags, created_at, updated_at, deleted_at, revision)
                SELECT i, 'main', 'experiment ' || i, jsonb_build_object('team', 'team ' || i % 100), now() - i * interval '1 hour', now(),
                    CASE WHEN i % 50 = 0 THEN now() END, 1
                FROM generate_series(1, 5000) i;
                INSERT INTO experiment.run (id, workspace, experiment, name, user_name, state, attempt, started_at, ended_at, created_at, revision)
                SELECT 'run' || i, 'main', CASE WHEN i <= 3000 THEN 1 ELSE 1 + i % 300 END, 'name ' || i, 'ada', 'Completed', 0,
                    now() - i * interval '1 minute', now(), now() - i * interval '1 minute', 1
                FROM generate_series(1, 24000) i;
                INSERT INTO experiment.metric_key (name) SELECT 'metric' || i FROM generate_series(1, 20000) i;
                INSERT INTO experiment.metric_summary
                    (run, experiment, key, last_step, last_timestamp, last_value, last_nan, least, greatest, points, by_time)
                SELECT r.key, r.experiment, k, 9, 9, CASE WHEN r.key % 100 = k THEN 0 ELSE random() END, r.key % 100 = k, 0, 1, 2000, k > 1
                FROM experiment.run r, generate_series(1, 3) k;
                INSERT INTO experiment.metric_point (run, key, position, first_step, last_step, steps, timestamps, values)
                SELECT 1 + i % 10, 1 + i % 3, i / 30, i, i, ARRAY[i], ARRAY[i], ARRAY[i % 10] FROM generate_series(0, 59999) i;
                INSERT INTO experiment.run_parameter SELECT r.key, 'p' || k, 'value ' || r.key % 997
                FROM experiment.run r, generate_series(1, 3) k;
                INSERT INTO experiment.run_tag SELECT r.key, 't' || k, 'value ' || r.key % 997
                FROM experiment.run r, generate_series(1, 3) k;
                INSERT INTO experiment.run_dataset (run, name, digest, source_type, source, tags)
                SELECT r.key, 'dataset ' || r.key % 500, 'd' || r.key % 900, 'local', '{}', '{"mlflow.data.context": "training"}'
                FROM experiment.run r;
                INSERT INTO experiment.run_model (run, model, step, direction)
                SELECT r.key, 'm-' || md5(r.key::text), 0, 'OUTPUT' FROM experiment.run r;
                INSERT INTO experiment.run_attempt (run, number, compute, slot, server, claimed_at, ended_at, outcome)
                SELECT id, 1, 'local', 1, 'server', now(), now(), 'Completed' FROM experiment.run;
                INSERT INTO experiment.model_metric (model, run, key, timestamp, step, value, nan)
                SELECT 'm-' || md5(r.key::text), r.key, k, 1, 1, random(), false FROM experiment.run r, generate_series(1, 2) k;
                INSERT INTO registry.logged_model
                    (id, workspace, experiment, name, model_type, run, status, parameters, tags, created_at, updated_at, revision)
                SELECT 'm-' || md5(key::text), 'main', experiment, 'model', '', id, 'READY', '{}', '{}', created_at, created_at, 1
                FROM experiment.run;
                INSERT INTO registry.registered_model
                    (workspace, name, description, tags, aliases, last_version, created_at, updated_at, revision)
                SELECT 'main', 'model ' || i, '', jsonb_build_object('team', 'team ' || i % 200), '{"champion": 1}', 3,
                    now() - i * interval '1 hour', now() - i * interval '1 minute', 1
                FROM generate_series(1, 6000) i;
                INSERT INTO registry.model_version
                    (workspace, model, version, source, run, run_link, user_name, description, tags, stage, created_at, updated_at, revision)
                SELECT 'main', m.name, v, 'source ' || m.name || v, 'run' || 1 + random(1, 20000), '', 'ada', '',
                    jsonb_build_object('sign-off', 'by ' || random(1, 300)), 'NONE', now(), now(), 1
                FROM registry.registered_model m, generate_series(1, 3) v;
                INSERT INTO compute.target (workspace, name, kind, max_nodes, min_nodes, idle_seconds, low_tier, paused, created_at, revision)
                SELECT 'main', 'pool' || i, '{"type": "cluster", "size": {"name": "Machine_Share", "cpus": 1, "memory_bytes": 1, "gpus": 0},
                        "tier": "DEDICATED", "min_nodes": 100, "max_nodes": 100, "idle_before_scale_down": "PT0S"}',
                    100, 100, 0, false, false, now(), 1
                FROM generate_series(0, 19) i;
                INSERT INTO compute.node (workspace, compute, node, idle_since)
                SELECT workspace, name, i, now() FROM compute.target, generate_series(1, 100) i;
                INSERT INTO compute.run_queue (run, workspace, compute, priority, enqueued_at, username)
                SELECT id, 'main', 'pool' || key % 15, key % 5, created_at, 'user' || key % 7 FROM experiment.run;
                INSERT INTO outbox.event (type, subject, at, fields)
                SELECT 'RunEnded', 'run' || i, now() - i * interval '1 minute', '{}' FROM generate_series(1, 20000) i;
                INSERT INTO outbox.delivery (event, consumer, subject, due_at, delivered_at)
                SELECT sequence, 'consumer', subject, now(), CASE WHEN sequence % 100 > 0 THEN now() END FROM outbox.event;
                SET session_replication_role = origin;
                ANALYZE;
                """);
    }
}
