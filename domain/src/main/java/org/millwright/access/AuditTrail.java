package org.millwright.access;

import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/**
 * Is told what no changed row tells by itself. What people configure is written on the trail by the database, with the
 * change; a use case needs this only when it gives out what deserves to be watched.
 */
public interface AuditTrail {

    /**
     * A secret or somebody's data is given out. When there is a transaction, it belongs to it; otherwise it is committed
     * when this returns, so that nothing is given out untold.
     *
     * @param kind of what is read: {@code endpoint keys}, {@code file}
     * @param workspace null for what belongs to the whole server
     * @param resource what it is, or what it belongs to, as people name it
     * @param part of the resource; null for all of it
     */
    void read(String kind, @Nullable WorkspaceName workspace, String resource, @Nullable String part);
}
