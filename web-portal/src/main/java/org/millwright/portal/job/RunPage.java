package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.Waiting;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunState;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.retention.app.RecycleBin;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** One run: what it is, how far it came, and why. Its tabs have their own beans. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunPage {
    private static final List<Choice> JOB_TABS = List.of(
            new Choice("", "Overview", "pi-list"),
            new Choice("logs", "Logs", "pi-align-left"),
            new Choice("metrics", "Metrics", "pi-chart-line"),
            new Choice("files", "Files", "pi-folder"),
            new Choice("code", "Code & environment", "pi-code"));
    private static final List<Choice> TRACKED_TABS = JOB_TABS.stream()
            .filter(tab -> !tab.key().equals("logs") && !tab.key().equals("code"))
            .toList();

    private final Address address;
    private final CurrentCaller caller;
    private final RunLifecycle runs;
    private final Experiments experiments;
    private final Tracking tracking;
    private final ModelRegistry models;
    private final RecycleBin bin;
    private final Notices notices;
    private final Clock clock;
    private @Nullable Run run;
    private @Nullable RunData data;
    private @Nullable List<RunAttempt> attempts;
    private @Nullable String experiment;

    @Inject
    public RunPage(
            Address address,
            CurrentCaller caller,
            RunLifecycle runs,
            Experiments experiments,
            Tracking tracking,
            ModelRegistry models,
            RecycleBin bin,
            Notices notices,
            Clock clock) {
        this.address = address;
        this.caller = caller;
        this.runs = runs;
        this.experiments = experiments;
        this.tracking = tracking;
        this.models = models;
        this.bin = bin;
        this.notices = notices;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RunPage() {
        this(null, null, null, null, null, null, null, null, null);
    }

    /** One try of several. @param outcome empty while it is open */
    public record Attempt(
            int number,
            String compute,
            int slot,
            Instant claimedAt,
            @Nullable Instant endedAt,
            String outcome) {}

    /** A link with the text that people click. */
    public record Link(String text, String address) {}

    /** Reads the run before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private Run loaded() {
        if (run == null) {
            run = runs.get(caller.workspace(), new RunId(address.text("id")));
        }
        return run;
    }

    private RunData data() {
        if (data == null) {
            data = tracking.read(caller.workspace(), loaded().id());
        }
        return data;
    }

    private List<RunAttempt> attempts() {
        if (attempts == null) {
            attempts = loaded().isJob() ? runs.attempts(caller.workspace(), loaded().id()) : List.of();
        }
        return attempts;
    }

    @Requires(Permission.JOB_CANCEL)
    public void cancel() {
        notices.attempt(
                () -> run = runs.cancel(caller.workspace(), loaded().id()),
                loaded().isJob() ? "Cancel requested; the process gets time to end by itself" : "The run is canceled");
    }

    @Requires(Permission.EXPERIMENT_WRITE)
    public void delete() {
        notices.attempt(
                () -> run = runs.delete(caller.workspace(), loaded().id()),
                "Deleted; it can be restored until it is purged");
    }

    @Requires(Permission.EXPERIMENT_WRITE)
    public void restore() {
        notices.attempt(() -> run = runs.restore(caller.workspace(), loaded().id()), "Restored");
    }

    public boolean isChangeable() {
        return caller.may(Permission.EXPERIMENT_WRITE, loaded().experiment());
    }

    public boolean isDeletable() {
        return isChangeable() && !isDeleted() && (!isJob() || !isLive());
    }

    /** When retention purges it; null when it is not deleted, or never. */
    public @Nullable Instant getPurgeAt() {
        var deletedAt = loaded().deletedAt();
        return deletedAt == null
                ? null
                : bin.purgeTime(caller.workspace(), deletedAt).orElse(null);
    }

    public boolean isCancelable() {
        var cancelable =
                switch (loaded().state()) {
                    case RunState.Queued _, RunState.Preparing _, RunState.Running _ -> true;
                    case RunState.CancelRequested _, RunState.Finalizing _, RunState.Ended _ -> false;
                };
        return cancelable && caller.may(Permission.JOB_CANCEL, loaded().experiment());
    }

    public String getId() {
        return loaded().id().value();
    }

    public String getName() {
        return loaded().name().isEmpty() ? getId() : loaded().name();
    }

    public StateChip getState() {
        return StateChip.of(loaded().state());
    }

    public boolean isLive() {
        return !loaded().state().isEnded();
    }

    public boolean isJob() {
        return loaded().isJob();
    }

    public boolean isDeleted() {
        return loaded().deletedAt() != null;
    }

    /** Why it failed; empty when it did not. */
    public String getFailure() {
        return loaded().state() instanceof RunState.Failed failed ? failed.reason() : "";
    }

    /** The exit code of its process; empty when there is none. */
    public String getExitCode() {
        return switch (loaded().state()) {
            case RunState.Failed failed ->
                failed.exitCode() == null ? "" : failed.exitCode().toString();
            case RunState.Finalizing finalizing -> Integer.toString(finalizing.exitCode());
            case RunState.Completed _ -> loaded().isJob() ? "0" : "";
            default -> "";
        };
    }

    /** Why it waits, in one sentence; empty when it does not wait. */
    public String getWaiting() {
        return waiting().map(Waiting::explanation).orElse("");
    }

    private Optional<Waiting> waiting() {
        return isJob() ? runs.waiting(caller.workspace(), loaded().id()) : Optional.empty();
    }

    public Ladder getLadder() {
        return Ladder.of(loaded(), attempts(), getWaiting(), clock.instant());
    }

    public String getDuration() {
        return RunDuration.of(loaded(), clock.instant());
    }

    public Instant getCreatedAt() {
        return loaded().createdAt();
    }

    public @Nullable Instant getStartedAt() {
        return loaded().startedAt();
    }

    public @Nullable Instant getEndedAt() {
        return loaded().endedAt();
    }

    public String getUser() {
        return loaded().user();
    }

    public String getExperiment() {
        if (experiment == null) {
            experiment =
                    experiments.get(caller.workspace(), loaded().experiment()).name();
        }
        return experiment;
    }

    public String getExperimentLink() {
        return Links.experiment(getExperiment());
    }

    public String getCompute() {
        var job = loaded().job();
        return job == null ? "" : job.compute().value();
    }

    public String getCommand() {
        var job = loaded().job();
        return job == null ? "" : job.command();
    }

    /** The command with its placeholders replaced. */
    public String getResolvedCommand() {
        var job = loaded().job();
        return job == null ? "" : job.resolvedCommand();
    }

    public List<Field> getInputs() {
        var job = loaded().job();
        if (job == null) {
            return List.of();
        }
        return job.inputs().entrySet().stream()
                .map(input -> new Field(
                        input.getKey(),
                        switch (input.getValue()) {
                            case JobInput.Literal(var text) -> text;
                            case JobInput.Files(var snapshot, var file) ->
                                (file.isEmpty() ? "folder" : file) + " of snapshot "
                                        + snapshot.value().substring(0, 12);
                        }))
                .toList();
    }

    public List<Field> getParameters() {
        return Field.of(data().parameters());
    }

    /** The reader's own tags; those that clients keep for themselves are left out. */
    public List<Field> getTags() {
        var own = new HashMap<>(data().tags());
        own.keySet().removeIf(key -> key.startsWith("mlflow.") || key.startsWith("millwright."));
        return Field.of(own);
    }

    public List<Field> getDatasets() {
        return data().datasets().stream()
                .map(dataset ->
                        new Field(dataset.name(), "%s, digest %s".formatted(dataset.sourceType(), dataset.digest())))
                .toList();
    }

    /** Model versions that were made from this run. */
    public List<Link> getModelVersions() {
        return models.versionsOf(loaded().id()).stream()
                .map(version -> new Link(version.id().toString(), Links.model(version.id())))
                .toList();
    }

    public boolean isLoggedModel() {
        return !data().models().isEmpty();
    }

    public List<Attempt> getAttempts() {
        return attempts().stream()
                .map(attempt -> new Attempt(
                        attempt.id().number(),
                        attempt.compute().value(),
                        attempt.slot(),
                        attempt.claimedAt(),
                        attempt.endedAt(),
                        attempt.outcome() == null ? "" : attempt.outcome()))
                .toList();
    }

    public String getYaml() {
        var job = loaded().job();
        return job == null ? "" : JobYaml.of(job, getName(), getExperiment());
    }

    /** Commands that do with this run what the page does. */
    public String getCommands() {
        var lines = new ArrayList<String>();
        lines.add("millwright job show " + getId());
        lines.add("millwright job stream " + getId());
        if (isLive()) {
            lines.add("millwright job cancel " + getId());
        }
        lines.add("millwright job create -f job.yml --stream   # with the YAML below as job.yml");
        return String.join("\n", lines);
    }

    public List<Choice> getTabs() {
        return isJob() ? JOB_TABS : TRACKED_TABS;
    }

    public String getTab() {
        var wanted = address.text("tab");
        return getTabs().stream()
                .map(Choice::key)
                .filter(wanted::equals)
                .findFirst()
                .orElse("");
    }

    /** The log of the run, for the script that follows it. */
    public String getLogAddress() {
        return "/api/v1/workspaces/%s/jobs/%s/log?rank=%d&attempt=%d"
                .formatted(caller.workspace(), getId(), getRank(), getAttempt());
    }

    /** Of several tries, the one whose log is looked at; 0 for the last. */
    public int getAttempt() {
        var wanted = address.text("attempt");
        return wanted.matches("\\d{1,6}") && Integer.parseInt(wanted) < loaded().attempt()
                ? Integer.parseInt(wanted)
                : 0;
    }

    /** The number of the try whose log is looked at. */
    public int getShownAttempt() {
        return getAttempt() == 0 ? loaded().attempt() : getAttempt();
    }

    /** The number of the last try. */
    public int getLastAttempt() {
        return loaded().attempt();
    }

    /** Of several processes, the one whose log is looked at. */
    public int getRank() {
        var wanted = address.text("rank");
        return wanted.matches("\\d{1,6}") ? Math.min(Integer.parseInt(wanted), getProcesses() - 1) : 0;
    }

    /** How many processes it has, each with a log of its own. */
    public int getProcesses() {
        var job = loaded().job();
        return job == null ? 1 : job.processes();
    }

    /** What it runs on, when that is more than one process of one node; else empty. */
    public String getSpread() {
        var job = loaded().job();
        if (job == null || job.processes() == 1) {
            return "";
        }
        var nodes = job.resources().instances();
        return "%d processes on %s".formatted(job.processes(), nodes == 1 ? "one node" : nodes + " nodes");
    }

    Run current() {
        return loaded();
    }

    RunData currentData() {
        return data();
    }
}
