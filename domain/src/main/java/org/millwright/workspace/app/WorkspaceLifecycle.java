package org.millwright.workspace.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.model.Workspace;
import org.millwright.workspace.model.WorkspaceRepository;

/** Creates workspaces, describes them, and deletes those that hold nothing. */
@ApplicationScoped
@Transactional
public class WorkspaceLifecycle {
    private final WorkspaceRepository workspaces;
    private final Clock clock;

    @Inject
    public WorkspaceLifecycle(WorkspaceRepository workspaces, Clock clock) {
        this.workspaces = workspaces;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected WorkspaceLifecycle() {
        this(null, null);
    }

    /** @throws Refused with AlreadyExists, or with Invalid when the name is one that clients use for something else */
    public Workspace create(WorkspaceName name, String description) {
        if (workspaces.find(name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("workspace", name.value()));
        }
        var change = Workspace.create(name, description, clock.instant());
        workspaces.save(change);
        return change.next();
    }

    public Workspace describe(WorkspaceName name, String description) {
        var change = find(name).describe(description);
        workspaces.save(change);
        return change.next();
    }

    /**
     * Deletes it for good, with the roles that people hold in it alone.
     *
     * @throws Refused with WrongState when it is the main one or still holds something; it says what
     */
    public void delete(WorkspaceName name) {
        if (name.equals(WorkspaceName.MAIN)) {
            throw new Refused(new Problem.WrongState("workspace", name.value(), "the main one", "delete"));
        }
        find(name);
        var contents = workspaces.contents(name);
        if (!contents.isEmpty()) {
            throw new Refused(new Problem.WrongState(
                    "workspace", name.value(), "not empty, it holds: " + String.join(", ", contents), "delete"));
        }
        workspaces.delete(name);
    }

    private Workspace find(WorkspaceName name) {
        return workspaces.find(name).orElseThrow(() -> Refused.notFound("workspace", name));
    }
}
