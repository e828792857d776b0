package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.Schedule;
import org.millwright.secret.RunSecrets;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Schedules: the same job again and again. */
@Path("workspaces/{workspace}/schedules")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class SchedulesResource {
    static final int SHOWN_TIMES = 10;

    @Inject
    Schedules schedules;

    @Inject
    Firings firings;

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

    /** Reads a schedule with its next ten times. */
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
                caller.get().principal(),
                new Schedules.Wanted(
                        new Schedule.Label(
                                wanted.displayName() == null ? name : wanted.displayName(),
                                Bodies.orEmpty(wanted.description()),
                                Bodies.orEmpty(wanted.tags())),
                        Bodies.needed("trigger", wanted.trigger()).toTrigger(),
                        wanted.catchUp() == null ? CatchUp.ONE : catchUp(wanted.catchUp()),
                        job.experiment(),
                        spec)));
    }

    /** Changes of a schedule what is given. With the revision that was read, it refuses to write over somebody else's change. */
    @PATCH
    @Path("{schedule}")
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody update(@PathParam("schedule") String name, ScheduleEdit given) {
        var wanted = Bodies.given(given);
        var job = wanted.job();
        var edit = new Schedules.Edit(
                wanted.displayName(),
                wanted.description(),
                wanted.tags() == null ? null : Bodies.orEmpty(wanted.tags()),
                wanted.trigger() == null ? null : wanted.trigger().toTrigger(),
                wanted.catchUp() == null ? null : catchUp(wanted.catchUp()),
                job == null ? null : job.experiment(),
                job == null ? null : job.toSpec());
        var schedule = new ScheduleName(name);
        if (edit.changesWork()) {
            var spec = edit.job();
            AskedSecrets.require(
                    spec == null ? schedules.get(caller.workspace(), schedule).job() : spec, caller, secrets);
        }
        return body(schedules.edit(
                caller.workspace(),
                schedule,
                caller.get().principal(),
                wanted.revision() == null ? null : new Revision(wanted.revision()),
                edit));
    }

    /** Lets the schedule start nothing more until it is resumed. */
    @POST
    @Path("{schedule}/pause")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody pause(@PathParam("schedule") String name) {
        return body(schedules.pause(caller.workspace(), new ScheduleName(name)));
    }

    /**
     * Lets the schedule start its job again.
     *
     * @param makeUp whether what was due meanwhile is made up for, as its catch-up says for what is missed
     */
    @POST
    @Path("{schedule}/resume")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.SCHEDULE_WRITE)
    public ScheduleBody resume(
            @PathParam("schedule") String name, @QueryParam("make_up") @DefaultValue("false") boolean makeUp) {
        return body(schedules.resume(caller.workspace(), new ScheduleName(name), makeUp));
    }

    /** Starts the schedule's job once, now, for its owner. */
    @POST
    @Path("{schedule}/fire")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.SCHEDULE_WRITE)
    public FiringBody fire(@PathParam("schedule") String name) {
        return FiringBody.of(firings.fireNow(caller.workspace(), new ScheduleName(name)));
    }

    /** Starts the due times of a range of the past that never started, each once ever; a dry run says what it would do. */
    @POST
    @Path("{schedule}/backfill")
    @Requires(Permission.SCHEDULE_WRITE)
    public BackfillBody backfill(@PathParam("schedule") String name, BackfillRequest given) {
        var wanted = Bodies.given(given);
        var schedule = schedules.get(caller.workspace(), new ScheduleName(name));
        var zone = schedule.trigger().zone();
        var dryRun = wanted.dryRun() != null && wanted.dryRun();
        var done = firings.backfill(
                caller.workspace(),
                schedule.name(),
                needed("from", wanted.from(), zone),
                needed("to", wanted.to(), zone),
                wanted.atOnce() == null ? 1 : wanted.atOnce(),
                dryRun);
        return new BackfillBody(
                dryRun,
                done.stream()
                        .filter(each -> each.kind() != Firings.Backfilled.Kind.THERE)
                        .count(),
                done.stream()
                        .map(each -> new BackfilledTime(
                                each.dueAt(),
                                local(each.dueAt(), zone),
                                each.kind().name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /** Takes back what has not started of the schedule's back-fills. */
    @DELETE
    @Path("{schedule}/backfill")
    @Requires(Permission.SCHEDULE_WRITE)
    public StoppedBody stopBackfill(@PathParam("schedule") String name) {
        return new StoppedBody(firings.stopBackfill(caller.workspace(), new ScheduleName(name)));
    }

    /** Deletes a schedule and its history. What it started goes on. */
    @DELETE
    @Path("{schedule}")
    @Requires(Permission.SCHEDULE_WRITE)
    public void delete(@PathParam("schedule") String name) {
        schedules.delete(caller.workspace(), new ScheduleName(name));
    }

    /** Lists what came of the schedule's due times, the latest first. */
    @GET
    @Path("{schedule}/firings")
    @Requires(Permission.SCHEDULE_READ)
    public Items<FiringBody> firings(
            @PathParam("schedule") String name,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(
                firings.history(caller.workspace(), new ScheduleName(name), Paging.of(page, size)), FiringBody::of);
    }

    private ScheduleBody body(Schedule schedule) {
        var next = schedules.next(schedule, SHOWN_TIMES);
        return new ScheduleBody(
                schedule.name().value(),
                schedule.label().displayName(),
                schedule.label().description(),
                schedule.label().tags(),
                schedule.enabled(),
                schedule.owner().value(),
                TriggerBody.of(schedule.trigger()),
                schedule.catchUp().name().toLowerCase(Locale.ROOT),
                JobBody.submission(schedule.job(), schedule.experiment()),
                next,
                next.stream()
                        .map(time -> local(time, schedule.trigger().zone()))
                        .toList(),
                schedule.createdAt(),
                schedule.revision().value());
    }

    private static CatchUp catchUp(String text) {
        return TriggerBody.one(CatchUp.class, "catch_up", text);
    }

    private static Instant needed(String field, @Nullable String text, ZoneId zone) {
        var time = TriggerBody.time(field, Bodies.needed(field, text), zone);
        if (time == null) {
            throw Refused.invalid(field, "is needed");
        }
        return time;
    }

    /** As the clocks of the zone show it. */
    static String local(Instant instant, ZoneId zone) {
        return instant.atZone(zone).toOffsetDateTime().toString();
    }

    @Schema(
            requiredProperties = {"trigger", "job"},
            examples = """
            {"trigger": {"type": "cron", "expression": "0 6 * * 1-5", "time_zone": "Europe/Berlin"},
            "job": {"experiment_name": "churn", "command": "python train.py"}}""")
    record NewSchedule(
            @Nullable String displayName,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable TriggerBody trigger,
            @Nullable String catchUp,
            JobBody.@Nullable Submission job) {}

    @Schema(name = "ScheduleEdit", examples = "{\"trigger\": {\"type\": \"cron\", \"expression\": \"0 7 * * 1-5\"}}")
    record ScheduleEdit(
            @Nullable String displayName,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable TriggerBody trigger,
            @Nullable String catchUp,
            JobBody.@Nullable Submission job,
            @Nullable Long revision) {}

    record ScheduleBody(
            String name,
            String displayName,
            String description,
            Map<String, String> tags,
            boolean enabled,
            String owner,
            TriggerBody trigger,
            String catchUp,
            JobBody.Submission job,
            List<Instant> next,
            List<String> nextLocal,
            Instant createdAt,
            long revision) {}

    @Schema(
            name = "ScheduleBackfillRequest",
            requiredProperties = {"from", "to"},
            examples = "{\"from\": \"2026-11-01T00:00:00\", \"to\": \"2026-11-07T00:00:00\", \"dry_run\": true}")
    record BackfillRequest(
            @Nullable String from,
            @Nullable String to,
            @Nullable Integer atOnce,
            @Nullable Boolean dryRun) {}

    @Schema(name = "ScheduleBackfill")
    record BackfillBody(boolean dryRun, long starts, List<BackfilledTime> times) {}

    @Schema(name = "BackfilledTime")
    record BackfilledTime(Instant dueAt, String local, String outcome) {}

    @Schema(name = "StoppedBackfill")
    record StoppedBody(int stopped) {}
}
