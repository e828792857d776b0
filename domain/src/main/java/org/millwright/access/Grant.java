package org.millwright.access;

/** A role that somebody holds, or one that is denied to them. */
public record Grant(Role role, Effect effect, Scope scope) {

    public static Grant allow(Role role, Scope scope) {
        return new Grant(role, Effect.ALLOW, scope);
    }

    public static Grant deny(Role role, Scope scope) {
        return new Grant(role, Effect.DENY, scope);
    }

    /** Whether it allows the permission or denies it, wherever that is. */
    public boolean concerns(Permission permission) {
        return allows(permission) || denies(permission);
    }

    boolean allows(Permission permission) {
        return effect == Effect.ALLOW && role.permits(permission);
    }

    /** Who is denied reading something is denied all else on it: it is not there for them. */
    boolean denies(Permission permission) {
        return effect == Effect.DENY
                && (role.permits(permission)
                        || permission.kind() != null
                                && role.permits(permission.kind().read()));
    }
}
