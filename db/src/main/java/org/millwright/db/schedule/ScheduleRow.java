package org.millwright.db.schedule;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.millwright.access.PrincipalId;
import org.millwright.db.Json;
import org.millwright.db.JsonConverter;
import org.millwright.db.JsonText;
import org.millwright.db.NamedKey;
import org.millwright.db.TextMapConverter;
import org.millwright.db.Versioned;
import org.millwright.db.experiment.JobDocument;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.Schedule;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

@Entity
@IdClass(NamedKey.class)
@Table(name = "schedule", schema = "schedule")
class ScheduleRow implements Versioned {
    @Id
    @Column(name = "workspace")
    private String workspace;

    @Id
    @Column(name = "name")
    private String name;

    @Column(name = "display_name")
    private String displayName;

    @Column(name = "description")
    private String description;

    @Column(name = "tags")
    @Convert(converter = TextMapConverter.class)
    private Map<String, String> tags;

    @Column(name = "owner")
    private String owner;

    @Column(name = "trigger")
    @Convert(converter = JsonConverter.class)
    private JsonText trigger;

    @Enumerated(EnumType.STRING)
    @Column(name = "catch_up")
    private CatchUp catchUp;

    @Column(name = "experiment")
    private String experiment;

    @Column(name = "job")
    @Convert(converter = JsonConverter.class)
    private JsonText job;

    @Column(name = "enabled")
    private boolean enabled;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    @Column(name = "revision")
    private long revision;

    protected ScheduleRow() {}

    ScheduleRow(Schedule schedule) {
        workspace = schedule.workspace().value();
        name = schedule.name().value();
        createdAt = schedule.createdAt();
        write(schedule);
    }

    final void write(Schedule schedule) {
        displayName = schedule.label().displayName();
        description = schedule.label().description();
        tags = schedule.label().tags();
        owner = schedule.owner().value();
        trigger = Json.write(TriggerDocument.of(schedule.trigger()));
        catchUp = schedule.catchUp();
        experiment = schedule.experiment();
        job = Json.write(JobDocument.of(schedule.job()));
        enabled = schedule.enabled();
    }

    Schedule toSchedule() {
        return new Schedule(
                new WorkspaceName(workspace),
                new ScheduleName(name),
                new Schedule.Label(displayName, description, tags),
                new PrincipalId(owner),
                Json.read(trigger, TriggerDocument.class).toTrigger(),
                catchUp,
                experiment,
                Json.read(job, JobDocument.class).toJob(),
                enabled,
                createdAt,
                new Revision(revision));
    }

    @Override
    public long revision() {
        return revision;
    }
}
