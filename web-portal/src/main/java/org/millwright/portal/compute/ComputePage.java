package org.millwright.portal.compute;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.millwright.access.Permission;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.portal.job.JobRow;
import org.millwright.portal.job.RunList;
import org.millwright.portal.job.StateFilter;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What jobs run on, its nodes, and who waits. */
@Named
@RequestScoped
@Requires(Permission.COMPUTE_READ)
public class ComputePage {
    private static final int MOST_WAITING = 15;

    private final Address address;
    private final CurrentCaller caller;
    private final ComputeTargets compute;
    private final RunList runs;
    private final Notices notices;

    @Inject
    public ComputePage(Address address, CurrentCaller caller, ComputeTargets compute, RunList runs, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.compute = compute;
        this.runs = runs;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected ComputePage() {
        this(null, null, null, null, null);
    }

    public List<Pool> getPools() {
        return compute.list(caller.workspace()).stream().map(Pool::of).toList();
    }

    /** The newest runs that wait, with the reason. */
    public List<JobRow> getWaiting() {
        return caller.maySomewhere(Permission.EXPERIMENT_READ)
                ? runs.find(List.of(), StateFilter.QUEUED.criteria(), PageRequest.first(MOST_WAITING))
                        .items()
                : List.of();
    }

    public boolean mayChange(String pool) {
        return caller.may(Permission.COMPUTE_WRITE, pool);
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void pause() {
        notices.attempt(
                () -> compute.pause(caller.workspace(), chosen()), "Paused: what runs goes on, nothing new starts");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void resume() {
        notices.attempt(() -> compute.resume(caller.workspace(), chosen()), "Resumed");
    }

    public boolean isCreating() {
        return caller.get().may(Permission.COMPUTE_WRITE, caller.workspace());
    }

    public List<Choice> getSizes() {
        return TargetForm.sizes();
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void create() {
        notices.attempt(() -> make(new TargetForm(address, compute).cluster()), "The cluster is made");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void attach() {
        notices.attempt(() -> make(new TargetForm(address, compute).attached()), "The compute is attached");
    }

    private void make(ComputeKind kind) {
        if (ComputeTargets.credential(kind) != null) {
            // It gives its secret to whatever is at its address.
            caller.get().require(Permission.SECRET_USE, caller.workspace());
        }
        var description = address.field("description").strip();
        compute.create(
                caller.workspace(),
                new ComputeName(address.field("name").strip()),
                kind,
                description.isEmpty() ? null : description);
    }

    private ComputeName chosen() {
        return new ComputeName(address.field("target"));
    }
}
