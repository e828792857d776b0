package org.millwright.wire.http;

import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Permission;
import org.millwright.access.Resource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Who makes the current request, and about which workspace. */
@RequestScoped
public class CurrentCaller {
    private @Nullable Caller caller;
    private @Nullable Refused disbelief;
    private WorkspaceName workspace = WorkspaceName.MAIN;

    /** @throws Refused with Unauthenticated when nobody is signed in; it says what is wrong with a credential that was sent */
    public Caller get() {
        if (caller == null) {
            if (disbelief != null) {
                throw disbelief;
            }
            throw new Refused(new Problem.Unauthenticated("Sign in, or send a token as 'Authorization: Bearer'"));
        }
        return caller;
    }

    public boolean isSignedIn() {
        return caller != null;
    }

    /** Whether a credential was sent that does not hold. */
    boolean isDisbelieved() {
        return disbelief != null;
    }

    /** Why a credential that was sent does not hold. */
    Optional<Refused> disbelief() {
        return Optional.ofNullable(disbelief);
    }

    public WorkspaceName workspace() {
        return workspace;
    }

    /** Whether they may do it to something in the workspace, be it one resource. */
    public boolean maySomewhere(Permission permission) {
        return get().maySomewhereIn(permission, workspace);
    }

    /** Whether they may do it to one resource of the workspace. @param id its name, or an experiment's number */
    public boolean may(Permission permission, Object id) {
        var kind = Objects.requireNonNull(permission.kind(), () -> permission + " is on no single resource");
        return get().may(permission, Resource.of(kind, workspace, id));
    }

    /**
     * Begins an operation: from now on the thread uses its permission.
     *
     * @return how it worked before, for {@link Authority#leave}; what ends with the request need not
     * @throws Refused with Unauthenticated or Forbidden
     */
    @Nullable
    Authority enter(Requires operation) {
        var about = operation.on() == Extent.ANYWHERE || operation.on() == Extent.SERVER ? null : workspace;
        AuditTrace.current().ifPresent(trace -> trace.needs(operation.value(), about));
        switch (operation.on()) {
            case WORKSPACE -> get().requireSomewhereIn(operation.value(), workspace);
            case NEW_RESOURCE -> get().requireInGeneral(operation.value(), workspace);
            case WHOLE_WORKSPACE -> get().require(operation.value(), workspace);
            case ANYWHERE -> get().requireAnywhere(operation.value());
            case SERVER -> get().requireEverywhere(operation.value());
        }
        return Authority.current().using(operation.value()).enter();
    }

    void signedIn(Caller who) {
        this.caller = who;
        Authority.current().of(who).enter();
    }

    /** A credential was sent and is not believed. */
    void disbelieved(Refused why) {
        this.disbelief = why;
    }

    /** Said by whoever reads the workspace from the request: a wire's filter, the portal's view. */
    public void about(WorkspaceName which) {
        this.workspace = which;
    }
}
