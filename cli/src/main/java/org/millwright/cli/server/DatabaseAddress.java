package org.millwright.cli.server;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.millwright.cli.CommandFailed;

/** Where a PostgreSQL is, and as whom to use it. */
record DatabaseAddress(String host, int port, String name, String user, String password, String url) {
    static final String URL = "MILLWRIGHT_DB_URL";
    static final String USER = "MILLWRIGHT_DB_USER";
    static final String PASSWORD = "MILLWRIGHT_DB_PASSWORD";

    private static final String JDBC = "jdbc:";
    private static final int DEFAULT_PORT = 5432;
    private static final String CONNECT_SECONDS = "10";

    static DatabaseAddress local(int port, String name, String user, String password) {
        return new DatabaseAddress(
                "127.0.0.1", port, name, user, password, "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name));
    }

    /** The operator's own database. @throws CommandFailed if the variables do not name one */
    static DatabaseAddress external(Map<String, String> environment) {
        var url = environment.getOrDefault(URL, "").strip();
        try {
            var parsed = URI.create(url.startsWith(JDBC) ? url.substring(JDBC.length()) : "");
            var path = parsed.getPath();
            if ("postgresql".equals(parsed.getScheme())
                    && parsed.getHost() != null
                    && path != null
                    && path.length() > 1) {
                return new DatabaseAddress(
                        parsed.getHost(),
                        parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(),
                        path.substring(1),
                        environment.getOrDefault(USER, "postgres"),
                        environment.getOrDefault(PASSWORD, ""),
                        url);
            }
        } catch (IllegalArgumentException malformed) {
            // worded below
        }
        throw CommandFailed.usage(
                "%s does not name one PostgreSQL database: '%s'".formatted(URL, url),
                "Write it as jdbc:postgresql://HOST:PORT/NAME, with %s and %s beside it.".formatted(USER, PASSWORD));
    }

    Connection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("ApplicationName", "millwright launcher");
        return DriverManager.getConnection(url, properties);
    }

    /** Without the password, for messages. */
    @Override
    public String toString() {
        return "%s:%d/%s".formatted(host, port, name);
    }
}
