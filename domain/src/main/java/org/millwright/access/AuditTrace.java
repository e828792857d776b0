package org.millwright.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

/**
 * What the request at hand says for the audit trail while it is worked on: which operation it is, what it needs, whether it
 * changes anything, and why it was refused. Bound to the thread; what no request asked for has none.
 */
public final class AuditTrace {
    private static final ThreadLocal<AuditTrace> CURRENT = new ThreadLocal<>();

    private @Nullable String operation;
    private @Nullable Permission permission;
    private @Nullable WorkspaceName workspace;
    private @Nullable Problem problem;
    private @Nullable Lack lack;
    private boolean change;

    private AuditTrace() {}

    /** A permission that the caller was found without, and where they would have needed it. */
    public record Lack(Permission permission, Scope scope) {}

    /** From now on the thread leaves this trace. */
    public static AuditTrace begin() {
        var trace = new AuditTrace();
        CURRENT.set(trace);
        return trace;
    }

    public static void end() {
        CURRENT.remove();
    }

    public static Optional<AuditTrace> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** The caller of the request at hand is answered this instead of what they asked for. */
    public static void stopped(Problem by) {
        current().ifPresent(trace -> trace.problem = by);
    }

    /** The caller of the request at hand was refused for want of a permission. */
    static void lacked(Permission permission, Scope where) {
        current().ifPresent(trace -> trace.lack = new Lack(permission, where));
    }

    /**
     * @param template method and path, with the names of places instead of what stands there
     * @param changes whether also its failure is worth telling
     */
    public void operation(String template, boolean changes) {
        this.operation = template;
        this.change = changes;
    }

    /** @param where null when it is about no one workspace */
    public void needs(Permission which, @Nullable WorkspaceName where) {
        this.permission = which;
        this.workspace = where;
    }

    /** Empty until it is known which operation the request is. */
    public Optional<String> operation() {
        return Optional.ofNullable(operation);
    }

    /** What the operation needs, whether the caller has it or not. */
    public Optional<Permission> permission() {
        return Optional.ofNullable(permission);
    }

    /** Empty for what is about no one workspace. */
    public Optional<WorkspaceName> workspace() {
        return Optional.ofNullable(workspace);
    }

    public Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    /** Empty as long as nothing was refused for want of a permission. */
    public Optional<Lack> lack() {
        return Optional.ofNullable(lack);
    }

    public boolean isChange() {
        return change;
    }
}
