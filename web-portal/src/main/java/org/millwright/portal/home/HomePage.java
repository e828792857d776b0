package org.millwright.portal.home;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.portal.compute.Pool;
import org.millwright.portal.endpoint.EndpointRow;
import org.millwright.portal.job.JobRow;
import org.millwright.portal.job.RunList;
import org.millwright.portal.job.StateFilter;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What the reader wants to know first: what runs, what failed, whether there is room and whether endpoints answer. */
@Named
@RequestScoped
@Requires(Permission.WORKSPACE_READ)
public class HomePage {
    private static final int ACTIVE = 6;
    private static final int FAILED = 5;
    private static final int RECENT = 8;

    private final CurrentCaller caller;
    private final RunList runs;
    private final ComputeTargets compute;
    private final OnlineEndpoints endpoints;
    private List<JobRow> active = List.of();
    private List<JobRow> failed = List.of();
    private List<JobRow> recent = List.of();
    private List<Pool> pools = List.of();
    private List<EndpointRow> serving = List.of();

    @Inject
    public HomePage(CurrentCaller caller, RunList runs, ComputeTargets compute, OnlineEndpoints endpoints) {
        this.caller = caller;
        this.runs = runs;
        this.compute = compute;
        this.endpoints = endpoints;
    }

    @SuppressWarnings("NullAway")
    protected HomePage() {
        this(null, null, null, null);
    }

    /** Reads what the reader may see before anything of the page is sent. */
    public void open() {
        if (may(Permission.EXPERIMENT_READ)) {
            active = find(StateFilter.ACTIVE, ACTIVE, mine());
            failed = find(StateFilter.FAILED, FAILED, mine());
            recent = find(StateFilter.ALL, RECENT, null);
        }
        if (may(Permission.COMPUTE_READ)) {
            pools = compute.list(caller.workspace()).stream().map(Pool::of).toList();
        }
        if (may(Permission.ENDPOINT_READ)) {
            serving = endpoints.list(caller.workspace()).stream()
                    .map(EndpointRow::of)
                    .toList();
        }
    }

    private List<JobRow> find(StateFilter filter, int most, @Nullable Criterion further) {
        var criteria = new ArrayList<>(filter.criteria());
        if (further != null) {
            criteria.add(further);
        }
        return runs.find(List.of(), criteria, PageRequest.first(most)).items();
    }

    private Criterion mine() {
        return new Criterion(
                Criterion.Subject.ATTRIBUTE,
                "user_id",
                Operator.EQUAL,
                List.of(caller.get().principal().value()));
    }

    private boolean may(Permission permission) {
        return caller.get().may(permission, caller.workspace());
    }

    /** Whether nothing has been done in this workspace yet. */
    public boolean isUnused() {
        return recent.isEmpty();
    }

    public List<JobRow> getActive() {
        return active;
    }

    public List<JobRow> getFailed() {
        return failed;
    }

    public List<JobRow> getRecent() {
        return recent;
    }

    public List<Pool> getPools() {
        return pools;
    }

    public List<EndpointRow> getEndpoints() {
        return serving;
    }
}
