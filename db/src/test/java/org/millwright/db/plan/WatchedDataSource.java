package org.millwright.db.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL for the plan of each prepared statement that a thread executes while it is watched, with the values
 * that the statement was given. So what is examined is what the repositories do, whatever SQL they write.
 */
public final class WatchedDataSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ThreadLocal<@Nullable List<Plan>> WATCHING = new ThreadLocal<>();

    private WatchedDataSource() {}

    /** @return the same source; statements of watched threads are explained before they are executed */
    public static DataSource over(DataSource source) {
        return proxy(DataSource.class, (method, arguments) -> {
            var result = method.invoke(source, arguments);
            return result instanceof Connection connection && WATCHING.get() != null ? watched(connection) : result;
        });
    }

    /** The plans of the statements that the work executes on this thread. */
    public static List<Plan> plansOf(Callable<?> work) throws Exception {
        var plans = new ArrayList<Plan>();
        WATCHING.set(plans);
        try {
            work.call();
        } finally {
            WATCHING.remove();
        }
        return plans;
    }

    private static Connection watched(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            var result = method.invoke(connection, arguments);
            return result instanceof PreparedStatement statement
                    ? watched(connection, statement, (String) arguments[0])
                    : result;
        });
    }

    private static PreparedStatement watched(Connection connection, PreparedStatement statement, String sql) {
        var values = new TreeMap<Integer, Binding>();
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("set") && arguments.length >= 2 && arguments[0] instanceof Integer place) {
                values.put(place, new Binding(method, arguments));
            } else if (method.getName().startsWith("execute") && arguments == null) {
                var plans = WATCHING.get();
                if (plans != null) {
                    plans.add(explain(connection, sql, values));
                }
            }
            return method.invoke(statement, arguments);
        });
    }

    private static Plan explain(Connection connection, String sql, Map<Integer, Binding> values)
            throws SQLException, ReflectiveOperationException, JsonProcessingException {
        try (var explaining = connection.prepareStatement("EXPLAIN (FORMAT JSON, VERBOSE) " + sql)) {
            for (var binding : values.values()) {
                binding.setter().invoke(explaining, binding.arguments());
            }
            try (var rows = explaining.executeQuery()) {
                rows.next();
                return new Plan(sql, JSON.readTree(rows.getString(1)).get(0).get("Plan"));
            }
        }
    }

    private record Binding(Method setter, Object[] arguments) {}

    @FunctionalInterface
    private interface Call {
        @Nullable
        Object on(Method method, Object @Nullable [] arguments) throws Exception;
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<T> type, Call call) {
        InvocationHandler handler = (_, method, arguments) -> {
            try {
                return call.on(method, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        };
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    /** How PostgreSQL means to execute a statement. */
    public record Plan(String sql, JsonNode root) {

        /** The tables that are read from their first row to their last. */
        public List<String> scannedTables() {
            var tables = new ArrayList<String>();
            for (var node : root.findParents("Relation Name")) {
                if (node.get("Node Type").asText().endsWith("Seq Scan")) {
                    tables.add(node.get("Schema").asText() + "."
                            + node.get("Relation Name").asText());
                }
            }
            return tables;
        }

        @Override
        public String toString() {
            return sql + "\n" + root.toPrettyString();
        }
    }
}
