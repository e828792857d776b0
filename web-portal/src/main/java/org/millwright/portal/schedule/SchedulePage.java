package org.millwright.portal.schedule;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.Wording;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.PastDue;
import org.millwright.schedule.model.Schedule;
import org.millwright.secret.RunSecrets;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** One schedule: when it is due next, what came of its times, and the forms that change it. */
@Named
@RequestScoped
@Requires(Permission.SCHEDULE_READ)
public class SchedulePage {
    private static final int ROWS = 50;
    private static final int NEXT = 10;
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("EEE d MMM uuuu, HH:mm:ss xxx", Locale.ENGLISH);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final List<Choice> CATCH_UPS = List.of(
            new Choice("SKIP", "Skip: missed times start nothing"),
            new Choice("ONE", "One: the last missed time starts, for all"),
            new Choice("ALL", "All: each missed time starts, up to the last 100"));

    private static final List<Choice> TABS = List.of(
            new Choice("", "Overview", "pi-list"),
            new Choice("edit", "Edit", "pi-pencil"),
            new Choice("backfill", "Back-fill", "pi-history"));

    private final Address address;
    private final CurrentCaller caller;
    private final Schedules schedules;
    private final Firings firings;
    private final RunSecrets secrets;
    private final Notices notices;
    private @Nullable Schedule schedule;
    private @Nullable ScheduleForm form;
    private @Nullable Page<PastDue> page;
    private List<Time> previewed = List.of();
    private List<Time> backfilled = List.of();

    @Inject
    public SchedulePage(
            Address address,
            CurrentCaller caller,
            Schedules schedules,
            Firings firings,
            RunSecrets secrets,
            Notices notices) {
        this.address = address;
        this.caller = caller;
        this.schedules = schedules;
        this.firings = firings;
        this.secrets = secrets;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected SchedulePage() {
        this(null, null, null, null, null, null);
    }

    /** A due time by two clocks. @param what a word on it; may be empty */
    public record Time(String local, String utc, String what) {
        static Time of(Instant time, ZoneId zone, String what) {
            return new Time(LOCAL.format(time.atZone(zone)), UTC.format(time), what);
        }
    }

    /** Reads the schedule before anything of the page is sent. */
    public void open() {
        loaded();
        history();
    }

    private Schedule loaded() {
        if (schedule == null) {
            schedule = schedules.get(caller.workspace(), name());
        }
        return schedule;
    }

    private ScheduleName name() {
        return new ScheduleName(address.text("name"));
    }

    private Page<PastDue> history() {
        if (page == null) {
            var after = address.text("after");
            page = firings.history(caller.workspace(), name(), new PageRequest(after.isEmpty() ? null : after, ROWS));
        }
        return page;
    }

    public String getName() {
        return loaded().name().value();
    }

    public String getDisplayName() {
        return loaded().label().displayName();
    }

    public String getDescription() {
        return loaded().label().description();
    }

    public List<String> getTags() {
        return loaded().label().tags().entrySet().stream()
                .map(tag -> tag.getKey() + ": " + tag.getValue())
                .toList();
    }

    public boolean isEnabled() {
        return loaded().enabled();
    }

    public String getTrigger() {
        return TriggerWords.of(loaded().trigger());
    }

    public String getZone() {
        return loaded().trigger().zone().getId();
    }

    public String getCatchUp() {
        return loaded().catchUp().name().toLowerCase(Locale.ROOT);
    }

    public String getOwner() {
        return loaded().owner().value();
    }

    public String getExperiment() {
        return loaded().experiment();
    }

    public String getExperimentLink() {
        return Links.experiment(loaded().experiment());
    }

    public String getCommand() {
        return loaded().job().command();
    }

    public long getRevision() {
        return loaded().revision().value();
    }

    public List<Time> getNext() {
        return times(schedules.next(loaded(), NEXT), loaded().trigger().zone());
    }

    public List<HistoryEntry> getRows() {
        return history().map(HistoryEntry::of).items();
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        var token = history().nextToken();
        return token == null ? "" : token;
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.SCHEDULE_WRITE, caller.workspace());
    }

    public List<Choice> getTabs() {
        return TABS;
    }

    /** The part that is shown, as one of those offered. */
    public String getTab() {
        var wanted = address.text("tab");
        return isChangeable() && TABS.stream().anyMatch(choice -> choice.key().equals(wanted)) ? wanted : "";
    }

    public ScheduleForm getForm() {
        if (form == null) {
            form = new ScheduleForm(loaded());
        }
        return form;
    }

    public List<Choice> getUnits() {
        return List.of(
                new Choice("MINUTE", "minutes"),
                new Choice("HOUR", "hours"),
                new Choice("DAY", "days"),
                new Choice("WEEK", "weeks"),
                new Choice("MONTH", "months"));
    }

    public List<Choice> getKinds() {
        return List.of(new Choice("cron", "Cron expression"), new Choice("recurrence", "Recurrence"));
    }

    public List<Choice> getCatchUps() {
        return CATCH_UPS;
    }

    /** What the form's trigger would do; empty before that was asked. */
    public List<Time> getPreviewed() {
        return previewed;
    }

    /** What a back-fill does or would do; empty before that was asked. */
    public List<Time> getBackfilled() {
        return backfilled;
    }

    @Requires(Permission.SCHEDULE_READ)
    public void preview() {
        try {
            var trigger = getForm().toTrigger();
            previewed = times(schedules.preview(trigger, NEXT), trigger.zone());
            if (previewed.isEmpty()) {
                notices.say("It is not due again: its end has passed");
            }
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        }
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void save() {
        notices.attempt(
                () -> {
                    var edit = getForm().toEdit();
                    if (edit.changesWork()) {
                        var job = edit.job() == null ? loaded().job() : edit.job();
                        if (!job.secrets().isEmpty()) {
                            caller.get().require(Permission.SECRET_USE, caller.workspace());
                            secrets.requireKnown(
                                    caller.workspace(), job.secrets().keySet());
                        }
                    }
                    schedule = schedules.edit(
                            caller.workspace(), name(), caller.get().principal(), read(), edit);
                    form = null;
                    preview();
                },
                "Saved; below are its next times");
    }

    private Revision read() {
        var text = address.field("revision");
        if (!text.matches("\\d{1,18}")) {
            throw Refused.invalid("revision", "is needed");
        }
        return new Revision(Long.parseLong(text));
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void pause() {
        notices.attempt(() -> schedules.pause(caller.workspace(), name()), "Paused; what was due before still starts");
        schedule = null;
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void resume() {
        var makeUp = address.field("makeUp").equals("true");
        notices.attempt(() -> schedules.resume(caller.workspace(), name(), makeUp), "Resumed");
        schedule = null;
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void fire() {
        notices.attempt(() -> firings.fireNow(caller.workspace(), name()), "Its job starts now");
        page = null;
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void previewBackfill() {
        backfill(true);
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void backfill() {
        backfill(false);
    }

    private void backfill(boolean dryRun) {
        notices.attempt(() -> {
            var zone = loaded().trigger().zone();
            var atOnce = address.field("atOnce");
            if (!atOnce.matches("\\d{1,4}")) {
                throw Refused.invalid("at once", "a number");
            }
            var done = firings.backfill(
                    caller.workspace(), name(), time("from", zone), time("to", zone), Integer.parseInt(atOnce), dryRun);
            backfilled = done.stream()
                    .map(each -> Time.of(
                            each.dueAt(),
                            zone,
                            switch (each.kind()) {
                                case STARTS -> "starts";
                                case STARTS_AGAIN -> "was refused; starts again";
                                case THERE -> "is there already";
                            }))
                    .toList();
            page = null;
            var starts = done.stream()
                    .filter(each -> each.kind() != Firings.Backfilled.Kind.THERE)
                    .count();
            return "%s %s".formatted(Wording.count(starts, "time", "times"), dryRun ? "would start" : "will start");
        });
    }

    private Instant time(String field, ZoneId zone) {
        try {
            return LocalDateTime.parse(address.field(field)).atZone(zone).toInstant();
        } catch (DateTimeException notATime) {
            throw Refused.invalid(field, "'%s' is not a time".formatted(address.field(field)));
        }
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void stopBackfill() {
        notices.attempt(() ->
                Wording.count(firings.stopBackfill(caller.workspace(), name()), "waiting time is", "waiting times are")
                        + " taken back");
        page = null;
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void delete() {
        try {
            schedules.delete(caller.workspace(), name());
            FacesContext.getCurrentInstance().getExternalContext().redirect("schedules.xhtml");
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static List<Time> times(List<Instant> instants, ZoneId zone) {
        return instants.stream().map(time -> Time.of(time, zone, "")).toList();
    }
}
