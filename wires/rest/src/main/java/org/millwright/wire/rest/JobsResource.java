package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.secret.RunSecrets;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Page;
import org.millwright.shared.ServerSettings;
import org.millwright.shared.View;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;
import org.millwright.workspace.WorkspaceName;

/** Jobs, and the runs that clients track themselves: the same runs that MLflow's wire shows. */
@Path("workspaces/{workspace}/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class JobsResource {
    @Inject
    JobSubmitter submitter;

    @Inject
    RunLifecycle runs;

    @Inject
    Experiments experiments;

    @Inject
    Tracking tracking;

    @Inject
    CurrentCaller caller;

    @Inject
    ServerSettings settings;

    @Inject
    RunSecrets secrets;

    /** Submits a job. It waits in the queue of its compute target, and says why. */
    @POST
    @Audited(Trail.ROW)
    @APIResponseSchema(value = JobBody.Answer.class, responseCode = "201")
    @Requires(Permission.JOB_SUBMIT)
    public Response submit(JobBody.Submission given) {
        var body = Bodies.given(given);
        var tags = new HashMap<>(Bodies.orEmpty(body.tags()));
        if (body.description() != null && !body.description().isBlank()) {
            tags.putIfAbsent("mlflow.note.content", body.description());
        }
        var job = body.toSpec();
        AskedSecrets.require(job, caller, secrets);
        var id = submitter.submit(new JobSubmitter.Submission(
                workspace(),
                caller.get().principal(),
                body.name() == null ? null : new RunId(body.name()),
                body.displayName(),
                body.experiment(),
                tags,
                job));
        return Response.status(Response.Status.CREATED)
                .entity(answer(runs.get(workspace(), id)))
                .build();
    }

    /**
     * Lists jobs, and the runs that clients track themselves; the latest first.
     *
     * @param status only those in this state
     * @param experiment only those of the experiment of this name
     * @param kind only job or only tracked
     */
    @GET
    @Requires(Permission.EXPERIMENT_READ)
    public Items<JobBody.Answer> list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("experiment") @Nullable String experiment,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("50") int size) {
        var filter = new ArrayList<Criterion>();
        if (status != null) {
            filter.add(attribute("status", status));
        }
        if (kind != null) {
            filter.add(attribute("kind", kind));
        }
        var inExperiments = experiment == null
                ? List.<ExperimentId>of()
                : List.of(experiments.getByName(workspace(), experiment).id());
        var found = runs.search(
                new RunQuery(workspace(), inExperiments, View.ACTIVE, filter, List.of()), Paging.of(page, size));
        return answers(found);
    }

    /** Reads a job: its state, and while it waits why, and in which place. */
    @GET
    @Path("{run}")
    @Requires(Permission.EXPERIMENT_READ)
    public JobBody.Answer get(@PathParam("run") String run) {
        return answer(runs.get(workspace(), new RunId(run)));
    }

    /** Asks a job to stop. One that waits is over at once. */
    @POST
    @Path("{run}/cancel")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.JOB_CANCEL)
    public JobBody.Answer cancel(@PathParam("run") String run) {
        return answer(runs.cancel(workspace(), new RunId(run)));
    }

    /** Deletes a run. It lies in the bin from then on. */
    @DELETE
    @Path("{run}")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.EXPERIMENT_WRITE)
    public void delete(@PathParam("run") String run) {
        runs.delete(workspace(), new RunId(run));
    }

    /** Lists the times that the job was started. */
    @GET
    @Path("{run}/attempts")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<AttemptBody> attempts(@PathParam("run") String run) {
        return Items.all(runs.attempts(workspace(), new RunId(run)).stream()
                .map(AttemptBody::of)
                .toList());
    }

    /** Reads what the run logged: the last point of each metric, parameters and tags. */
    @GET
    @Path("{run}/metrics")
    @Requires(Permission.EXPERIMENT_READ)
    public LoggedBody logged(@PathParam("run") String run) {
        var data = tracking.read(workspace(), new RunId(run));
        return new LoggedBody(data.latest().stream().map(PointBody::named).toList(), data.parameters(), data.tags());
    }

    /**
     * Reads the points of one metric, the oldest first.
     *
     * @param key of the metric
     */
    @GET
    @Path("{run}/metrics/{key: .+}")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<PointBody> history(
            @PathParam("run") String run,
            @PathParam("key") String key,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("1000") int size) {
        return Items.of(tracking.history(workspace(), new RunId(run), key, Paging.of(page, size)), PointBody::of);
    }

    private WorkspaceName workspace() {
        return caller.workspace();
    }

    private JobBody.Answer answer(Run run) {
        return answer(
                run,
                experiments.get(run.workspace(), run.experiment()).name(),
                tracking.read(List.of(run.id())).getOrDefault(run.id(), RunData.EMPTY));
    }

    private Items<JobBody.Answer> answers(Page<Run> page) {
        var data = tracking.read(page.items().stream().map(Run::id).toList());
        var names = new HashMap<ExperimentId, String>();
        return Items.of(
                page,
                run -> answer(
                        run,
                        names.computeIfAbsent(
                                run.experiment(),
                                id -> experiments.get(run.workspace(), id).name()),
                        data.getOrDefault(run.id(), RunData.EMPTY)));
    }

    private JobBody.Answer answer(Run run, String experiment, RunData data) {
        return JobBody.Answer.of(
                run,
                experiment,
                data.tags(),
                runs.waiting(run.workspace(), run.id()).orElse(null),
                settings.publicUrl() + "/studio");
    }

    private static Criterion attribute(String key, String value) {
        return new Criterion(Criterion.Subject.ATTRIBUTE, key, Operator.EQUAL, List.of(value));
    }

    @Schema(name = "JobAttempt")
    record AttemptBody(
            int number,
            String compute,
            int slot,
            String server,
            Instant claimedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome) {
        static AttemptBody of(RunAttempt attempt) {
            return new AttemptBody(
                    attempt.id().number(),
                    attempt.compute().value(),
                    attempt.slot(),
                    attempt.server(),
                    attempt.claimedAt(),
                    attempt.endedAt(),
                    attempt.outcome());
        }
    }

    @Schema(name = "RunData")
    record LoggedBody(List<PointBody> metrics, Map<String, String> parameters, Map<String, String> tags) {}

    /**
     * @param value a number, or the text NaN, which JSON has no number for
     * @param timestamp in milliseconds
     */
    @Schema(name = "MetricPoint")
    record PointBody(
            @Nullable String key,
            @Schema(anyOf = {Double.class, String.class}) Object value,
            long step,
            long timestamp) {
        static PointBody of(Metric metric) {
            return new PointBody(null, number(metric.value()), metric.step(), metric.timestamp());
        }

        static PointBody named(Metric metric) {
            return new PointBody(metric.key(), number(metric.value()), metric.step(), metric.timestamp());
        }

        private static Object number(double value) {
            return Double.isNaN(value) ? "NaN" : value;
        }
    }
}
