package org.millwright.db;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Gives connections out again that were closed, instead of making new ones. */
final class KeptConnections {
    private final DataSource source;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    private KeptConnections(DataSource source) {
        this.source = source;
    }

    static DataSource of(DataSource source) {
        var kept = new KeptConnections(source);
        return (DataSource) Proxy.newProxyInstance(
                KeptConnections.class.getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        return kept.take();
                    }
                    try {
                        return method.invoke(source, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private Connection take() throws SQLException {
        var found = idle.poll();
        var connection = found == null ? source.getConnection() : found;
        var open = new AtomicBoolean(true);
        return (Connection) Proxy.newProxyInstance(
                KeptConnections.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        if (open.getAndSet(false)) {
                            connection.setAutoCommit(true);
                            idle.push(connection);
                        }
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
