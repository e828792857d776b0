package org.millwright.system;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;

/** Gives a running server more people than its administrator, and each of them a token, which only they themselves could make. */
final class People {
    private People() {}

    /**
     * A role, or a denial of one.
     *
     * @param workspace null for the whole server
     * @param kind such as EXPERIMENT; null for all of the workspace
     */
    record Held(String role, String effect, String workspace, String kind, String resource) {

        static Held in(String workspace, String role) {
            return new Held(role, "ALLOW", workspace, null, null);
        }

        static Held on(String workspace, String kind, String resource, String role) {
            return new Held(role, "ALLOW", workspace, kind, resource);
        }

        static Held denied(String workspace, String kind, String resource, String role) {
            return new Held(role, "DENY", workspace, kind, resource);
        }
    }

    /** @return a personal token of the new person */
    static String add(RunningServer server, String name, Held... held) throws Exception {
        var token = "mwt_" + UUID.randomUUID();
        try (var database = server.database()) {
            try (var insert = database.prepareStatement("INSERT INTO access.principal (id, name) VALUES (?, ?)")) {
                insert.setString(1, name);
                insert.setString(2, name);
                insert.executeUpdate();
            }
            for (var one : held) {
                try (var insert = database.prepareStatement("""
                        INSERT INTO access.role_assignment (principal, role, effect, workspace, resource_kind, resource)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """)) {
                    insert.setString(1, name);
                    insert.setString(2, one.role());
                    insert.setString(3, one.effect());
                    insert.setString(4, one.workspace());
                    insert.setString(5, one.kind());
                    insert.setString(6, one.resource());
                    insert.executeUpdate();
                }
            }
            keep(database, name, token);
        }
        return token;
    }

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

    /** @return a personal token of somebody who is known already */
    static String token(RunningServer server, String id) throws Exception {
        var token = "mwt_" + UUID.randomUUID();
        try (var database = server.database()) {
            keep(database, id, token);
        }
        return token;
    }

    /** @return the token of a run that somebody submitted */
    static String runToken(RunningServer server, String submitter, String run) throws Exception {
        var token = "mwr_" + UUID.randomUUID();
        try (var database = server.database();
                var insert = database.prepareStatement("""
                        INSERT INTO access.credential (id, kind, principal, name, digest, run, created_at)
                        VALUES (?, 'RUN_TOKEN', ?, 'for tests', ?, ?, now())
                        """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, submitter);
            insert.setString(3, sha256(token));
            insert.setString(4, run);
            insert.executeUpdate();
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
