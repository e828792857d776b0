package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.secret.RunSecrets;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Schedules: the same job again and again. */
@Path("workspaces/{workspace}/schedules")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class SchedulesResource {
    private static final int SHOWN_TIMES = 5;
    private static final int SHOWN_FIRINGS = 100;

    @Inject
    Schedules schedules;

    @Inject
    CurrentCaller caller;

    @Inject
    RunSecrets secrets;

    /** Lists the schedules, each with its next times. */
    @GET
    @Requires(Permission.SCHEDULE_READ)
    public Items<ScheduleBody> list() {
        return Items.all(
                schedules.list(caller.workspace()).stream().map(this::body).toList());
    }

    /** Reads a schedule with its next times. */
    @GET
    @Path("{schedule}")
    @Requires(Permission.SCHEDULE_READ)
    public ScheduleBody get(@PathParam("schedule") String name) {
        return body(schedules.get(caller.workspace(), new ScheduleName(name)));
    }

    /** Makes a schedule, or replaces the one of this name. */
    @PUT
    @Path("{schedule}")
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody put(@PathParam("schedule") String name, NewSchedule given) {
        var wanted = Bodies.given(given);
        var job = Bodies.needed("job", wanted.job());
        var spec = job.toSpec();
        AskedSecrets.require(spec, caller, secrets);
        return body(schedules.put(
                caller.workspace(),
                new ScheduleName(name),
                wanted.displayName() == null ? name : wanted.displayName(),
                caller.get().principal(),
                Bodies.needed("trigger", wanted.trigger()).toTrigger(),
                job.experiment(),
                spec));
    }

    /** Lets the schedule fire no more until it is resumed. */
    @POST
    @Path("{schedule}/pause")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody pause(@PathParam("schedule") String name) {
        return body(schedules.enable(caller.workspace(), new ScheduleName(name), false));
    }

    /** Lets the schedule fire again. */
    @POST
    @Path("{schedule}/resume")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody resume(@PathParam("schedule") String name) {
        return body(schedules.enable(caller.workspace(), new ScheduleName(name), true));
    }

    /** Deletes a schedule. What it started goes on. */
    @DELETE
    @Path("{schedule}")
    @Requires(Permission.SCHEDULE_WRITE)
    public void delete(@PathParam("schedule") String name) {
        schedules.delete(caller.workspace(), new ScheduleName(name));
    }

    /** Lists when the schedule fired last, the latest first, at most 100 times. */
    @GET
    @Path("{schedule}/firings")
    @Requires(Permission.SCHEDULE_READ)
    public Items<FiringBody> firings(@PathParam("schedule") String name) {
        return Items.all(schedules.firings(caller.workspace(), new ScheduleName(name), SHOWN_FIRINGS).stream()
                .map(FiringBody::of)
                .toList());
    }

    private ScheduleBody body(Schedule schedule) {
        return new ScheduleBody(
                schedule.name().value(),
                schedule.displayName(),
                schedule.enabled(),
                TriggerBody.of(schedule.trigger()),
                JobBody.submission(schedule.job(), schedule.experiment()),
                schedules.next(schedule.workspace(), schedule.name(), SHOWN_TIMES),
                schedule.createdAt());
    }

    @Schema(
            requiredProperties = {"trigger", "job"},
            examples = """
            {"trigger": {"type": "cron", "expression": "0 6 * * 1-5", "time_zone": "Europe/Berlin"},
            "job": {"experiment_name": "churn", "command": "python train.py"}}""")
    record NewSchedule(
            @Nullable String displayName, @Nullable TriggerBody trigger, JobBody.@Nullable Submission job) {}

    record ScheduleBody(
            String name,
            String displayName,
            boolean enabled,
            TriggerBody trigger,
            JobBody.Submission job,
            List<Instant> next,
            Instant createdAt) {}

    record FiringBody(
            Instant dueAt,
            Instant firedAt,
            @Nullable String run,
            @Nullable String refusal) {
        static FiringBody of(Firing firing) {
            return new FiringBody(
                    firing.dueAt(),
                    firing.firedAt(),
                    firing.run() == null ? null : firing.run().value(),
                    firing.refusal());
        }
    }
}
