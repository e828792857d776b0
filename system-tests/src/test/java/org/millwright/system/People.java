package org.millwright.system;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;

/** Gives a running server more people than its administrator. No client can: they come with an identity provider. */
final class People {
    private People() {}

    /** @param role by its name, such as Contributor @return a personal token of the new person */
    static String add(RunningServer server, String name, String role) throws Exception {
        var token = "mwt_" + UUID.randomUUID();
        try (var database = server.database()) {
            for (var sql : new String[] {
                "INSERT INTO access.principal (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
                "INSERT INTO access.role_assignment (principal, role) VALUES (?, ?) ON CONFLICT DO NOTHING"
            }) {
                try (var insert = database.prepareStatement(sql)) {
                    insert.setString(1, name);
                    insert.setString(2, sql.contains("role") ? role : name);
                    insert.executeUpdate();
                }
            }
            keep(database, name, token);
        }
        return token;
    }

    private static void keep(Connection database, String name, String token) throws SQLException {
        try (var insert = database.prepareStatement("""
                INSERT INTO access.credential (id, kind, principal, name, digest, created_at)
                VALUES (?, 'PERSONAL_TOKEN', ?, 'for tests', ?, now())
                """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, name);
            insert.setString(3, sha256(token));
            insert.executeUpdate();
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
