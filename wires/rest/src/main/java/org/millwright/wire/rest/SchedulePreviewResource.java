package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.schedule.app.Schedules;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** What a trigger would do, before a schedule has it. */
@Path("workspaces/{workspace}/schedule-preview")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class SchedulePreviewResource {
    @Inject
    Schedules schedules;

    /** Says when a trigger would be due next, ten times, without making anything. */
    @POST
    @Audited(Trail.NOTHING)
    @Requires(Permission.SCHEDULE_READ)
    public PreviewBody preview(PreviewRequest given) {
        var trigger = Bodies.needed("trigger", Bodies.given(given).trigger()).toTrigger();
        var next = schedules.preview(trigger, SchedulesResource.SHOWN_TIMES);
        return new PreviewBody(
                next,
                next.stream()
                        .map(time -> SchedulesResource.local(time, trigger.zone()))
                        .toList());
    }

    @Schema(
            name = "TriggerPreviewRequest",
            requiredProperties = "trigger",
            examples =
                    "{\"trigger\": {\"type\": \"cron\", \"expression\": \"30 2 * * *\", \"time_zone\": \"Europe/Berlin\"}}")
    record PreviewRequest(@Nullable TriggerBody trigger) {}

    @Schema(name = "TriggerPreview")
    record PreviewBody(List<Instant> next, List<String> nextLocal) {}
}
