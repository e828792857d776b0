package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.model.Experiment;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.View;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The experiments of a workspace. */
@Path("workspaces/{workspace}/experiments")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ExperimentsResource {
    @Inject
    Experiments experiments;

    @Inject
    CurrentCaller caller;

    /**
     * Lists the experiments that are not deleted.
     *
     * @param name only the one that is called so
     */
    @GET
    @Requires(Permission.EXPERIMENT_READ)
    public Items<ExperimentBody> list(
            @QueryParam("name") @Nullable String name,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        var filter = name == null
                ? List.<Criterion>of()
                : List.of(new Criterion(Criterion.Subject.ATTRIBUTE, "name", Operator.EQUAL, List.of(name)));
        return Items.of(
                experiments.search(caller.workspace(), View.ACTIVE, filter, List.of(), Paging.of(page, size)),
                ExperimentBody::of);
    }

    /** Deletes an experiment with its runs. It lies in the bin from then on. */
    @DELETE
    @Path("{experiment}")
    @Requires(Permission.EXPERIMENT_WRITE)
    public void delete(@PathParam("experiment") String experiment) {
        experiments.delete(caller.workspace(), ExperimentId.parse(experiment));
    }

    record ExperimentBody(String id, String name, Map<String, String> tags, Instant createdAt, Instant updatedAt) {
        static ExperimentBody of(Experiment experiment) {
            return new ExperimentBody(
                    experiment.id().toString(),
                    experiment.name(),
                    experiment.tags(),
                    experiment.createdAt(),
                    experiment.updatedAt());
        }
    }
}
