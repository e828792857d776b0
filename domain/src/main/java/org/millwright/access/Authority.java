package org.millwright.access;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * In whose name the current thread works, and which permission the operation at hand uses.
 *
 * <p>Code below the wires, which no caller is handed to, can ask it about each resource. What no request asked for (the
 * dispatcher, the relay of events) works in the server's own name and reaches everything. A request works in nobody's name
 * until its caller is known, and nobody reaches nothing.
 */
public final class Authority {
    private static final Authority SERVER = new Authority(true, null, null, Origin.SERVER);
    private static final ThreadLocal<Authority> CURRENT = new ThreadLocal<>();

    private final boolean server;
    private final @Nullable Caller caller;
    private final @Nullable Permission permission;
    private final Origin origin;

    private Authority(boolean server, @Nullable Caller caller, @Nullable Permission permission, Origin origin) {
        this.server = server;
        this.caller = caller;
        this.permission = permission;
        this.origin = origin;
    }

    public static Authority current() {
        var current = CURRENT.get();
        return current == null ? SERVER : current;
    }

    /** A request that nobody has signed for yet. */
    public static Authority nobody(Origin origin) {
        return new Authority(false, null, null, origin);
    }

    public Authority of(Caller who) {
        return new Authority(false, who, permission, origin);
    }

    public Authority using(Permission which) {
        return server ? this : new Authority(false, caller, which, origin);
    }

    /** From now on the thread works so. @return how it did before, for {@link #leave} */
    public @Nullable Authority enter() {
        var before = CURRENT.get();
        CURRENT.set(this);
        return before;
    }

    /** @param before what {@link #enter} returned */
    public static void leave(@Nullable Authority before) {
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }

    /** Empty for the server itself and before the caller is known. */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /** The run whose token signed the request; empty for people, services and the server itself. */
    public Optional<String> run() {
        return caller().map(Caller::run);
    }

    /**
     * For what is other people's, or everybody's, however much the run's submitter may do.
     *
     * @param action as in "You may not ..."
     * @throws Refused with Forbidden when a run's token signed the request
     */
    public void requireNoRun(String action) {
        run().ifPresent(run -> {
            throw new Refused(new Problem.Forbidden(
                    action, "the token of run '%s' is for that run and for what it makes".formatted(run)));
        });
    }

    public Origin origin() {
        return origin;
    }

    /** The permission that the operation at hand was let in by. */
    public Optional<Permission> permission() {
        return Optional.ofNullable(permission);
    }

    /**
     * Does something on the way for which reading is enough, whatever the operation is: a model is made from a run of
     * somebody else's experiment.
     */
    public static <T> T reading(Supplier<T> work) {
        var current = current();
        if (current.server) {
            return work.get();
        }
        return new Authority(false, current.caller, null, current.origin).doing(work);
    }

    /** What is done meanwhile is done so. */
    public <T> T doing(Supplier<T> work) {
        var before = enter();
        try {
            return work.get();
        } finally {
            leave(before);
        }
    }

    /**
     * Whether the resource is there for them. An operation that uses a permission of the resource's kind needs that one on it,
     * any other needs to read it.
     *
     * @throws Refused with Forbidden when they may read it but not do what they are about to do
     */
    public boolean sees(Resource resource) {
        if (includes(resource)) {
            return true;
        }
        if (caller != null && caller.may(resource.kind().read(), resource)) {
            throw caller.forbidden(needed(resource.kind()), resource);
        }
        return false;
    }

    /** The same for one among many, which is passed over when they may not do what they are about to do. */
    public boolean includes(Resource resource) {
        return server || caller != null && caller.may(needed(resource.kind()), resource);
    }

    /** Before something is written. @throws Refused with Forbidden when they may not */
    public void require(Resource resource) {
        if (!server) {
            known().require(needed(resource.kind()), resource);
        }
    }

    /** Before a resource is made, which nobody can hold a role on yet. @throws Refused with Forbidden when they may not */
    public void requireNew(ResourceKind kind, WorkspaceName workspace) {
        if (!server) {
            known().requireInGeneral(needed(kind), workspace);
        }
    }

    /** Which of them the operation at hand may list. */
    public Reach reach(ResourceKind kind, WorkspaceName workspace) {
        if (server) {
            return Reach.EVERYTHING;
        }
        return caller == null ? Reach.NOTHING : caller.reach(needed(kind), kind, workspace);
    }

    private Caller known() {
        if (caller == null) {
            throw new Refused(new Problem.Unauthenticated("Nobody is signed in"));
        }
        return caller;
    }

    private Permission needed(ResourceKind kind) {
        return permission != null && permission.kind() == kind ? permission : kind.read();
    }
}
