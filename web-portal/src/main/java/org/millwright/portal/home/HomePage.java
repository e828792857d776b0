package org.millwright.portal.home;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.Resource;
import org.millwright.access.Scope;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.portal.compute.Pool;
import org.millwright.portal.endpoint.EndpointRow;
import org.millwright.portal.job.JobRow;
import org.millwright.portal.job.RunList;
import org.millwright.portal.job.StateFilter;
import org.millwright.portal.shell.Links;
import org.millwright.registry.ModelName;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
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
    private static final int MOST_SHARES = 100;

    private final CurrentCaller caller;
    private final RunList runs;
    private final Experiments experiments;
    private final ComputeTargets compute;
    private final OnlineEndpoints endpoints;
    private List<JobRow> active = List.of();
    private List<JobRow> failed = List.of();
    private List<JobRow> recent = List.of();
    private List<Pool> pools = List.of();
    private List<EndpointRow> serving = List.of();
    private @Nullable List<Share> shares;

    @Inject
    public HomePage(
            CurrentCaller caller,
            RunList runs,
            Experiments experiments,
            ComputeTargets compute,
            OnlineEndpoints endpoints) {
        this.caller = caller;
        this.runs = runs;
        this.experiments = experiments;
        this.compute = compute;
        this.endpoints = endpoints;
    }

    @SuppressWarnings("NullAway")
    protected HomePage() {
        this(null, null, null, null, null);
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
        return caller.maySomewhere(permission);
    }

    /** Whether nothing has been done yet, in a workspace where the reader may begin something. */
    public boolean isUnused() {
        return recent.isEmpty() && caller.get().mayInGeneral(Permission.EXPERIMENT_READ, caller.workspace());
    }

    public boolean isSeeingRuns() {
        return may(Permission.EXPERIMENT_READ);
    }

    public boolean isSeeingCompute() {
        return may(Permission.COMPUTE_READ);
    }

    public boolean isSeeingEndpoints() {
        return may(Permission.ENDPOINT_READ);
    }

    /** One thing that somebody gave the reader a role on. @param name as people call it */
    public record Share(String kind, String name, String link) {}

    /** What the reader holds a role on one by one, when they hold none on the workspace. */
    public List<Share> getShares() {
        if (shares == null) {
            var who = caller.get();
            shares = who.mayInGeneral(Permission.WORKSPACE_READ, caller.workspace())
                    ? List.of()
                    : who.grants().stream()
                            .map(Grant::scope)
                            .filter(scope -> caller.workspace().equals(scope.workspace()))
                            .distinct()
                            .flatMap(scope -> scope instanceof Scope.OnResource(var resource)
                                            && who.may(resource.kind().read(), resource)
                                    ? share(resource).stream()
                                    : Stream.empty())
                            .limit(MOST_SHARES)
                            .toList();
        }
        return shares;
    }

    /** Empty when it is gone. */
    private Optional<Share> share(Resource resource) {
        try {
            return Optional.of(
                    switch (resource.kind()) {
                        case EXPERIMENT -> {
                            var name = experiments
                                    .get(caller.workspace(), ExperimentId.parse(resource.id()))
                                    .name();
                            yield new Share("Experiment", name, Links.experiment(name));
                        }
                        case MODEL -> new Share("Model", resource.id(), Links.model(new ModelName(resource.id())));
                        case ENDPOINT ->
                            new Share("Endpoint", resource.id(), Links.endpoint(new EndpointName(resource.id())));
                        case COMPUTE -> new Share("Compute", resource.id(), "compute.xhtml");
                    });
        } catch (Refused gone) {
            return Optional.empty();
        }
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
