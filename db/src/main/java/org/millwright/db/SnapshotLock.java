package org.millwright.db;

import org.millwright.data.ContentDigest;

/** Keeps a snapshot from being deleted while a job that uses it is accepted. Held until the transaction ends. */
public final class SnapshotLock {
    private SnapshotLock() {}

    /** For whoever begins to use it. */
    public static void shared(Database database, ContentDigest snapshot) {
        lock(database, "pg_advisory_xact_lock_shared", snapshot);
    }

    /** For whoever is about to delete it. */
    public static void exclusive(Database database, ContentDigest snapshot) {
        lock(database, "pg_advisory_xact_lock", snapshot);
    }

    private static void lock(Database database, String how, ContentDigest snapshot) {
        database.query(
                "SELECT %s(hashtextextended('snapshot ' || ?, 0))".formatted(how), _ -> snapshot, snapshot.value());
    }
}
