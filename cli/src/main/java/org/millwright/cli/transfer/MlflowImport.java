package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.transfer.Report.Kind;
import org.millwright.cli.transfer.Report.Outcome;

/**
 * Copies what an MLflow server keeps into a workspace.
 *
 * <p>It may be ended at any moment and begun again. A run that is being copied is Running here, and a logged model Pending;
 * they get the state that they have at the source when everything of them is here. So whatever has that state and says
 * the same is not read again.
 */
public final class MlflowImport {
    private static final Pattern OF_LOGGED_MODEL = Pattern.compile("models:/(m-[0-9a-f]{32})(?:/.*)?");
    private static final Pattern OF_RUN = Pattern.compile("runs:/([^/]+)/.*");
    private static final Pattern LOGGED_MODEL_FOLDER = Pattern.compile(".*/models/(m-[0-9a-f]{32})/artifacts(?:/.*)?");
    private static final int REMEMBERED = 10_000;
    private static final int PROGRESS_RUNS = 200;

    /**
     * What is to be copied.
     *
     * @param experiments names; with no models and no experiments named it is all of both
     * @param models names; what their versions are made of comes along
     * @param deleted whether deleted experiments and runs come too, as deleted
     * @param again whether also to look into what is here already and looks the same
     * @param folders of this machine that may be read for files
     */
    public record Choice(
            List<String> experiments,
            List<String> models,
            boolean deleted,
            boolean again,
            List<Path> folders,
            boolean dryRun) {
        boolean isEverything() {
            return experiments.isEmpty() && models.isEmpty();
        }
    }

    private final MlflowServer source;
    private final TransferClient target;
    private final Choice choice;
    private final Report report;
    private final MlflowArtifacts artifacts;
    private final Instant begun;

    /** What the workspace had when this began, by name. */
    private final Map<String, ObjectNode> experimentsHere = new HashMap<>();

    private final Map<String, ObjectNode> modelsHere = new HashMap<>();

    /** Experiments that are here, by the number that they have at the source: their names; empty for those refused. */
    private final Map<String, Optional<String>> experiments = new HashMap<>();

    /** Whether runs and logged models are here; the last ones asked for. */
    private final Map<String, Boolean> present = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param begun now */
    public MlflowImport(MlflowServer source, TransferClient target, Choice choice, Report report, Instant begun) {
        this.source = source;
        this.target = target;
        this.choice = choice;
        this.report = report;
        this.artifacts = new MlflowArtifacts(source, choice.folders());
        this.begun = begun;
    }

    /** Copies everything chosen; what cannot be copied is in the report. */
    public void run() throws IOException {
        target.requireWorkspace();
        target.pages(
                "experiments",
                "",
                there -> experimentsHere.put(there.path("name").asText(), there));
        target.pages("models", "", there -> modelsHere.put(there.path("name").asText(), there));
        var chosen = chosenExperiments();
        for (var experiment : chosen) {
            if (put(experiment).isPresent()) {
                copyRuns(experiment);
            }
        }
        for (var experiment : chosen) {
            var name = experiments.getOrDefault(id(experiment), Optional.empty());
            if (name.isPresent()) {
                source.loggedModelPages(id(experiment), this::copyLoggedModels);
            }
        }
        if (choice.isEverything()) {
            source.registeredModels(this::copyModel);
        }
        for (var name : choice.models()) {
            copyModel(source.registeredModel(name)
                    .orElseThrow(() -> CommandFailed.refused(
                            "%s has no registered model '%s'".formatted(source.url(), name), "")));
        }
    }

    private List<JsonNode> chosenExperiments() throws IOException {
        var chosen = new ArrayList<JsonNode>();
        if (choice.isEverything()) {
            source.experiments(choice.deleted(), chosen::add);
        }
        for (var name : choice.experiments()) {
            chosen.add(source.experimentByName(name)
                    .orElseThrow(() ->
                            CommandFailed.refused("%s has no experiment '%s'".formatted(source.url(), name), "")));
        }
        return chosen;
    }

    /** Makes the experiment here. @return its name, or nothing when that was refused */
    private Optional<String> put(JsonNode experiment) throws IOException {
        var record = MlflowRecords.experiment(experiment);
        var name = record.path("name").asText();
        var done = report.attempt("experiment", name, () -> {
            if (!choice.dryRun()) {
                var here = target.put(record, "experiments");
                report.experiment(name, here.path("id").asText());
            }
            report.counted(Kind.EXPERIMENTS, MlflowRecords.covers(experimentsHere.get(name), record));
        });
        var here = done == Outcome.DONE ? Optional.of(name) : Optional.<String>empty();
        experiments.put(id(experiment), here);
        return here;
    }

    private void copyRuns(JsonNode experiment) throws IOException {
        var name = experiment.path("name").asText();
        report.say("experiment '%s'".formatted(name));
        var seen = new long[1];
        source.runPages(id(experiment), choice.deleted(), page -> {
            copyRuns(page, name);
            var before = seen[0];
            seen[0] += page.size();
            if (seen[0] / PROGRESS_RUNS > before / PROGRESS_RUNS) {
                report.say("experiment '%s': %d runs".formatted(name, seen[0]));
            }
        });
    }

    private void copyRuns(ArrayNode runs, String experiment) throws IOException {
        var known = target.known(
                "runs", runs.valueStream().map(MlflowRecords::runId).toList());
        for (var run : runs) {
            var id = MlflowRecords.runId(run);
            var outcome = report.attempt("run", id, () -> copyRun(run, id, experiment, known.get(id)));
            present.put(id, outcome == Outcome.DONE);
        }
    }

    private void copyRun(JsonNode run, String id, String experiment, @Nullable ObjectNode here) throws IOException {
        var record = MlflowRecords.run(run, experiment, begun);
        var covered = MlflowRecords.covers(here, record);
        var uri = run.path("info").path("artifact_uri").asText();
        var same = covered && sameMetrics(here, run);
        if (same && !choice.again() && record.has("ended_at")) {
            report.unchanged(Kind.RUNS);
            report.attempt("run files", id, () -> artifacts.root(uri));
            return;
        }
        report.counted(Kind.RUNS, same);
        if (!choice.dryRun() && here == null) {
            target.put(MlflowRecords.begun(record), "runs", id);
        }
        copyPoints(run, id);
        var whole = copyFiles("run", "runs", id, uri, here != null);
        if (!choice.dryRun() && !covered && whole) {
            target.put(record, "runs", id);
        }
    }

    private static boolean sameMetrics(@Nullable JsonNode here, JsonNode run) {
        var latest = here == null ? TransferClient.JSON.createObjectNode() : here.path("metrics");
        var there = run.path("data").path("metrics");
        for (var metric : there) {
            var known = latest.path(metric.path("key").asText());
            if (known.path("timestamp").asLong() != metric.path("timestamp").asLong()
                    || known.path("step").asLong() != metric.path("step").asLong()
                    || number(known.path("value")) != number(metric.path("value"))) {
                return false;
            }
        }
        return latest.size() >= there.size();
    }

    /** The bits, so that NaN equals itself and 0 equals -0. */
    private static long number(JsonNode value) {
        return value.isNumber()
                ? Double.doubleToLongBits(value.asDouble() + 0.0)
                : value.asText().hashCode();
    }

    private void copyPoints(JsonNode run, String id) throws IOException {
        if (choice.dryRun()) {
            return;
        }
        var batch = new PointBatch(target, id);
        for (var metric : run.path("data").path("metrics")) {
            var key = metric.path("key").asText();
            source.history(
                    id,
                    key,
                    point -> batch.add(
                            key, whole(point.path("timestamp")), whole(point.path("step")), point.path("value")));
        }
        batch.finish();
        report.copied(Kind.POINTS, batch.sent());
    }

    /** What may be left out, or written as text. */
    private static JsonNode whole(JsonNode number) {
        return LongNode.valueOf(number.asLong(0));
    }

    /**
     * Copies the files that are not here in the same size.
     *
     * @param owner {@code runs} or {@code logged-models}
     * @param perhapsThere whether some may be here already
     * @return false when another try may copy more
     */
    private boolean copyFiles(String kind, String owner, String id, String uri, boolean perhapsThere)
            throws IOException {
        var whole = new AtomicBoolean(true);
        var all = report.attempt(kind + " files", id, () -> {
            var root = artifacts.root(uri);
            if (choice.dryRun()) {
                return;
            }
            var there = perhapsThere ? sizes(owner, id) : Map.<String, Long>of();
            root.walk(file -> {
                if (there.getOrDefault(file.path(), -1L) == file.size()) {
                    report.unchanged(Kind.FILES);
                    return;
                }
                var one = report.attempt(
                        kind + " file", id + "/" + file.path(), () -> copyFile(root, owner, id, file.path()));
                if (one == Outcome.FAILED) {
                    whole.set(false);
                }
            });
        });
        return whole.get() && all != Outcome.FAILED;
    }

    private Map<String, Long> sizes(String owner, String id) throws IOException {
        var sizes = new HashMap<String, Long>();
        target.lines(
                "",
                line -> {
                    var file = TransferClient.JSON.readTree(line);
                    sizes.put(file.path("path").asText(), file.path("size").asLong());
                },
                owner,
                id,
                "files");
        return sizes;
    }

    private void copyFile(MlflowArtifacts.Root root, String owner, String id, String path) throws IOException {
        try (var scratch = new Scratch()) {
            var sha256 = scratch.fill(root.open(path));
            target.upload(owner, id, path, scratch.file(), sha256);
            report.copied(Kind.FILES);
            report.copied(Kind.BYTES, Files.size(scratch.file()));
        }
    }

    private void copyLoggedModels(ArrayNode models) throws IOException {
        var known = target.known(
                "logged-models",
                models.valueStream()
                        .map(model -> model.path("info").path("model_id").asText())
                        .toList());
        for (var model : models) {
            var id = model.path("info").path("model_id").asText();
            var outcome = report.attempt("logged model", id, () -> copyLoggedModel(model, id, known.get(id)));
            present.put(id, outcome == Outcome.DONE);
        }
    }

    private void copyLoggedModel(JsonNode model, String id, @Nullable ObjectNode here) throws IOException {
        var info = model.path("info");
        var uri = info.path("artifact_uri").asText();
        var experiment = experiment(info.path("experiment_id").asText());
        var record = MlflowRecords.loggedModel(model, experiment);
        var run = record.path("run").asText("");
        if (!run.isEmpty() && !ensureRun(run)) {
            record.remove("run");
            report.notCopied("logged model run", id, "the run %s is not at the source any more".formatted(run));
        }
        var covered = MlflowRecords.covers(here, record);
        if (covered && !choice.again() && record.path("status").asText().equals("READY")) {
            copyModelPoints(model, id);
            report.unchanged(Kind.LOGGED_MODELS);
            report.attempt("logged model files", id, () -> artifacts.root(uri));
            return;
        }
        report.copied(Kind.LOGGED_MODELS);
        if (!choice.dryRun() && here == null) {
            target.put(record.deepCopy().put("status", "PENDING"), "logged-models", id);
        }
        copyModelPoints(model, id);
        var whole = copyFiles("logged model", "logged-models", id, uri, here != null);
        if (!choice.dryRun() && !covered && whole) {
            target.put(record, "logged-models", id);
        }
    }

    private void copyModelPoints(JsonNode model, String id) throws IOException {
        var request = TransferClient.JSON.createObjectNode();
        var points = request.putArray("points");
        for (var metric : model.path("data").path("metrics")) {
            var run = metric.path("run_id").asText("");
            if (run.isEmpty() || !ensureRun(run)) {
                report.notCopied(
                        "logged model metric",
                        id + " " + metric.path("key").asText(),
                        "the run that measured it is not at the source any more");
                continue;
            }
            var point = points.addObject()
                    .put("run", run)
                    .put("key", metric.path("key").asText())
                    .put("timestamp", metric.path("timestamp").asLong())
                    .put("step", metric.path("step").asLong());
            point.set("value", metric.path("value"));
            for (var field : new String[] {"dataset_name", "dataset_digest"}) {
                if (!metric.path(field).asText("").isEmpty()) {
                    point.put(field, metric.path(field).asText());
                }
            }
        }
        if (!points.isEmpty() && !choice.dryRun()) {
            target.post(request, "logged-models", id, "metrics");
        }
    }

    private void copyModel(JsonNode model) throws IOException {
        var name = model.path("name").asText();
        report.attempt("registered model", name, () -> {
            var record = MlflowRecords.model(model);
            var here = modelsHere.get(name);
            if (!choice.dryRun()) {
                target.put(record, "models");
            }
            var there = new HashMap<Integer, ObjectNode>();
            if (here != null) {
                target.pages(
                        "versions",
                        "model=" + TransferClient.segment(name),
                        version -> there.put(version.path("version").asInt(), version));
            }
            source.versions(
                    name,
                    version -> report.attempt(
                            "model version",
                            label(version),
                            () -> copyVersion(
                                    version, there.get(version.path("version").asInt()))));
            var aliases = MlflowRecords.aliases(model);
            if (!choice.dryRun() && !aliases.isEmpty()) {
                target.put(record.set("aliases", aliases), "models");
            }
            report.counted(Kind.MODELS, MlflowRecords.covers(here, record));
        });
    }

    private void copyVersion(JsonNode version, @Nullable ObjectNode there) throws IOException {
        var location = version.path("source").asText();
        if (location.startsWith("models:/")
                && !OF_LOGGED_MODEL.matcher(location).matches()) {
            // A copy of another version: its files are where that one's are.
            location = source.download(
                            version.path("name").asText(),
                            version.path("version").asText())
                    .orElse(location);
        }
        var model = version.path("model_id").asText("");
        var run = version.path("run_id").asText("");
        if (!run.isEmpty() && !ensureRun(run)) {
            ((ObjectNode) version).remove("run_id");
            report.notCopied(
                    "model version run", label(version), "the run %s is not at the source any more".formatted(run));
        }
        var here = sourceHere(location, model, run);
        var loggedModel = OF_LOGGED_MODEL.matcher(here);
        var record = MlflowRecords.version(version, here, loggedModel.matches() ? loggedModel.group(1) : null);
        var covered = MlflowRecords.covers(there, record);
        if (!choice.dryRun() && !covered) {
            target.put(record, "versions");
        }
        report.counted(Kind.VERSIONS, covered);
    }

    /**
     * The location in this server's words, where its files were copied: {@code runs:/} or {@code models:/}, which are true
     * wherever the run or model is. Other locations stay as they are.
     */
    private String sourceHere(String location, String model, String run) throws IOException {
        var ofLoggedModel = OF_LOGGED_MODEL.matcher(location);
        if (ofLoggedModel.matches()) {
            require(ensureLoggedModel(ofLoggedModel.group(1)), location);
            return location;
        }
        var ofRun = OF_RUN.matcher(location);
        if (ofRun.matches()) {
            require(ensureRun(ofRun.group(1)), location);
            return location;
        }
        var inFolder = LOGGED_MODEL_FOLDER.matcher(location);
        var named = model.isEmpty() && inFolder.matches() ? inFolder.group(1) : model;
        if (!named.isEmpty() && ensureLoggedModel(named)) {
            var root = source.loggedModel(named)
                    .map(found -> found.path("info").path("artifact_uri").asText());
            var path = root.flatMap(uri -> below(uri, location));
            if (path.isPresent()) {
                return "models:/" + named + (path.get().isEmpty() ? "" : "/" + path.get());
            }
        }
        if (!run.isEmpty() && ensureRun(run)) {
            var root = source.run(run)
                    .map(found -> found.path("info").path("artifact_uri").asText());
            var path = root.flatMap(uri -> below(uri, location));
            if (path.isPresent()) {
                return "runs:/" + run + "/" + path.get();
            }
        }
        require(!location.startsWith("mlflow-artifacts:") && !location.startsWith("file:"), location);
        return location;
    }

    /** The path of the location below an artifact root whose files are copied. */
    private Optional<String> below(String root, String location) {
        var folder = root.replaceFirst("/+$", "");
        if (!location.equals(folder) && !location.startsWith(folder + "/")) {
            return Optional.empty();
        }
        try {
            artifacts.root(root);
        } catch (CommandFailed notCopied) {
            return Optional.empty();
        }
        return Optional.of(location.equals(folder) ? "" : location.substring(folder.length() + 1));
    }

    private static void require(boolean there, String location) {
        if (!there) {
            throw CommandFailed.refused("its files, %s, could not be copied".formatted(location), "");
        }
    }

    /** Copies the run unless it is here. @return false when the source has it no more, or it was refused */
    private boolean ensureRun(String id) throws IOException {
        if (isPresent("runs", id)) {
            return true;
        }
        var run = present.containsKey(id) ? Optional.<JsonNode>empty() : source.run(id);
        if (run.isEmpty()) {
            present.put(id, false);
            return false;
        }
        var info = run.get().path("info");
        var outcome = report.attempt(
                "run",
                id,
                () -> copyRun(
                        run.get(), id, experiment(info.path("experiment_id").asText()), null));
        present.put(id, outcome == Outcome.DONE);
        return outcome == Outcome.DONE;
    }

    private boolean ensureLoggedModel(String id) throws IOException {
        if (isPresent("logged-models", id)) {
            return true;
        }
        if (!present.containsKey(id)) {
            var model = source.loggedModel(id);
            if (model.isPresent()) {
                copyLoggedModels(TransferClient.JSON.createArrayNode().add(model.get()));
            }
        }
        return present.merge(id, false, (known, _) -> known);
    }

    private boolean isPresent(String kind, String id) {
        var known = present.get(id);
        if (known != null) {
            return known;
        }
        if (target.known(kind, List.of(id)).isEmpty()) {
            return false;
        }
        present.put(id, true);
        return true;
    }

    /** The name of an experiment that is here, made when it was not chosen itself. */
    private String experiment(String id) throws IOException {
        var known = experiments.get(id);
        if (known == null) {
            var experiment = source.experiment(id)
                    .orElseThrow(() ->
                            CommandFailed.refused("the experiment %s is not at the source any more".formatted(id), ""));
            known = put(experiment);
        }
        return known.orElseThrow(() -> CommandFailed.refused("its experiment was not copied", ""));
    }

    private static String id(JsonNode experiment) {
        return experiment.path("experiment_id").asText();
    }

    private static String label(JsonNode version) {
        return version.path("name").asText() + ":" + version.path("version").asText();
    }
}
