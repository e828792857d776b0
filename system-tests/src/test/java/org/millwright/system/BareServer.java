package org.millwright.system;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.millwright.db.Migrations;

/**
 * Lays out what Arquillian's container needs before it starts: a PostgreSQL with our schema, and a Liberty server
 * folder without our launcher's help, as an operator would write it.
 */
final class BareServer implements BeforeAllCallback {
    static final String TOKEN = "mwt_known-to-this-test-only";

    private static int port;

    static int port() {
        return port;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        var database = EmbeddedPostgres.builder().setPort(freePort()).start();
        Flyway.configure()
                .dataSource(database.getPostgresDatabase())
                .locations(Migrations.LOCATION)
                .load()
                .migrate();
        port = freePort();
        var data = dataFolder();
        var user = Files.createTempDirectory("millwright-arquillian");
        var server = Files.createDirectories(user.resolve("servers/deployed"));
        layOut(server, data, database.getPort());
        System.setProperty("arquillian.usr", user.toString());
        System.setProperty("arquillian.port", Integer.toString(port));
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(BareServer.class))
                .put(BareServer.class, (AutoCloseable) database::close);
    }

    private static Path dataFolder() throws IOException {
        var data = Files.createTempDirectory("millwright-data");
        var secrets = Files.createDirectories(data.resolve("secrets"));
        Files.writeString(secrets.resolve("admin.token"), TOKEN);
        Files.writeString(secrets.resolve("master.key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        return data;
    }

    /** The product's own configuration, but plain HTTP and without the application, which Arquillian brings. */
    private static void layOut(Path server, Path data, int databasePort) throws IOException {
        var product = Path.of(System.getProperty("millwright.home"), "app-ear/target/liberty/usr/servers/millwright");
        var configuration = Files.readString(product.resolve("server.xml"))
                .replaceAll("(?s)<enterpriseApplication.*?</enterpriseApplication>", "")
                .replaceAll("<keyStore [^>]*/>|<ssl [^>]*/>|<feature>transportSecurity-1.0</feature>", "")
                .replaceAll("<config [^>]*/>|<applicationMonitor [^>]*/>", "")
                .replace("</featureManager>", "<feature>localConnector-1.0</feature></featureManager>")
                .replaceAll("httpPort=\"-1\" httpsPort=\"[^\"]*\"", "httpPort=\"" + port + "\" httpsPort=\"-1\"");
        Files.writeString(server.resolve("server.xml"), configuration);
        Files.createDirectories(server.resolve("jdbc"));
        Files.copy(
                product.resolve("jdbc/postgresql.jar"),
                server.resolve("jdbc/postgresql.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.write(
                server.resolve("server.env"),
                List.of(
                        "MILLWRIGHT_DATA=" + data,
                        "MILLWRIGHT_PUBLIC_URL=http://127.0.0.1:" + port,
                        "MILLWRIGHT_DB_PORT=" + databasePort,
                        "MILLWRIGHT_DB_NAME=postgres",
                        "MILLWRIGHT_DB_USER=postgres",
                        "MILLWRIGHT_DB_PASSWORD=postgres"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
