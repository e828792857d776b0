package org.millwright.access;

import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/** How far a role reaches. */
public sealed interface Scope {
    /** Everything on the server, also workspaces that are made later. */
    record Server() implements Scope {}

    record InWorkspace(WorkspaceName workspace) implements Scope {}

    record OnResource(Resource resource) implements Scope {}

    Scope SERVER = new Server();

    static Scope in(WorkspaceName workspace) {
        return new InWorkspace(workspace);
    }

    static Scope on(Resource resource) {
        return new OnResource(resource);
    }

    /** The workspace it lies in; null for the whole server. */
    default @Nullable WorkspaceName workspace() {
        return switch (this) {
            case Server() -> null;
            case InWorkspace(var workspace) -> workspace;
            case OnResource(var resource) -> resource.workspace();
        };
    }

    /** Whether it is all of the workspace, and perhaps more. */
    default boolean coversAllOf(WorkspaceName other) {
        return switch (this) {
            case Server() -> true;
            case InWorkspace(var workspace) -> workspace.equals(other);
            case OnResource _ -> false;
        };
    }

    default boolean covers(Resource one) {
        return this instanceof OnResource(var resource) ? resource.equals(one) : coversAllOf(one.workspace());
    }

    /** Whether all of the other lies in it. */
    default boolean covers(Scope other) {
        return switch (other) {
            case Server() -> this instanceof Server;
            case InWorkspace(var workspace) -> coversAllOf(workspace);
            case OnResource(var resource) -> covers(resource);
        };
    }

    /** As in a sentence. */
    default String inWords() {
        return switch (this) {
            case Server() -> "the whole server";
            case InWorkspace(var workspace) -> "workspace '%s'".formatted(workspace);
            case OnResource(var resource) -> resource.inWords();
        };
    }
}
