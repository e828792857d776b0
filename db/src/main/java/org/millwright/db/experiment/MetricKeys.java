package org.millwright.db.experiment;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;

/** The numbers that stand for the names of metrics. A name keeps its number for ever, so it is looked up once. */
final class MetricKeys {
    private static final int MOST_REMEMBERED = 100_000;

    private final Database database;
    private final Map<String, Integer> remembered = new ConcurrentHashMap<>();

    MetricKeys(Database database) {
        this.database = database;
    }

    /** The number of each name; those that have none get one. */
    Map<String, Integer> of(Collection<String> names) {
        var numbers = new HashMap<String, Integer>();
        for (var name : names) {
            var number = remembered.get(name);
            if (number != null) {
                numbers.put(name, number);
            }
        }
        if (numbers.size() < names.size()) {
            find(names, numbers);
        }
        if (numbers.size() < names.size()) {
            // In order, so that two batches that bring the same names do not wait for each other in a ring.
            var missing = names.stream()
                    .filter(name -> !numbers.containsKey(name))
                    .sorted()
                    .toArray();
            database.update("""
                    INSERT INTO experiment.metric_key (name) SELECT unnest(?) ON CONFLICT (name) DO NOTHING
                    """, new Values("text", missing));
            find(names, numbers);
        }
        return numbers;
    }

    private void find(Collection<String> names, Map<String, Integer> numbers) {
        var missing = names.stream().filter(name -> !numbers.containsKey(name)).toArray();
        // What this transaction itself added may be taken back yet, and then others may get its number.
        database.query(
                """
                SELECT name, id, coalesce(xmin = CAST(pg_current_xact_id_if_assigned() AS xid), false) AS own
                FROM experiment.metric_key WHERE name = ANY (?)
                """,
                row -> {
                    var name = row.getString("name");
                    var number = row.getInt("id");
                    if (!row.getBoolean("own")) {
                        remember(name, number);
                    }
                    return numbers.put(name, number);
                },
                new Values("text", missing));
    }

    private void remember(String name, int number) {
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(name, number);
    }
}
