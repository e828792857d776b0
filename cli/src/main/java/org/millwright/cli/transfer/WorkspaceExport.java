package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.transfer.Report.Kind;
import org.millwright.cli.transfer.Report.Outcome;

/** Writes a workspace, or some of it, to a folder. The same work makes the same bytes, but for the manifest's header. */
public final class WorkspaceExport {
    private static final Set<String> ENDED = Set.of("Completed", "Failed", "Canceled");
    private static final int IDS = 500;

    private final TransferClient source;
    private final Report report;
    private final List<String> experiments;
    private final List<String> models;

    /** Runs that are in the export; only kept when not all are. */
    private final Set<String> runs = new HashSet<>();

    private final Set<String> snapshots = new TreeSet<>();

    /** @param experiments names @param models names; with neither everything is exported */
    public WorkspaceExport(TransferClient source, List<String> experiments, List<String> models, Report report) {
        this.source = source;
        this.experiments = experiments;
        this.models = models;
        this.report = report;
    }

    /** @param header about this export, for the manifest */
    public void run(Path folder, ObjectNode header) throws IOException {
        source.requireWorkspace();
        try (var writer = new ExportWriter(folder)) {
            var chosen = chosenExperiments();
            var registered = new Registered();
            registered.read();
            for (var experiment : chosen) {
                writer.line(ExportFolder.EXPERIMENTS, experiment.toString());
                report.copied(Kind.EXPERIMENTS);
            }
            if (!models.isEmpty()) {
                registered.writeExperiments(writer, chosen);
            }
            for (var experiment : chosen) {
                var name = experiment.path("name").asText();
                report.say("experiment '%s'".formatted(name));
                source.pages("runs", query(name), run -> writeRun(writer, run));
            }
            registered.writeRuns(writer);
            for (var experiment : chosen) {
                source.pages("logged-models", query(experiment.path("name").asText()), model -> write(writer, model));
            }
            registered.writeLoggedModels(writer);
            registered.write(writer);
            for (var digest : snapshots) {
                report.attempt("snapshot", digest, () -> {
                    writer.file(
                            ExportFolder.SNAPSHOTS, digest, "code.zip", source.file(ExportFolder.SNAPSHOTS, digest));
                    report.copied(Kind.SNAPSHOTS);
                });
            }
            writer.finish(header);
        }
    }

    private boolean isEverything() {
        return experiments.isEmpty() && models.isEmpty();
    }

    private List<ObjectNode> chosenExperiments() throws IOException {
        var chosen = new ArrayList<ObjectNode>();
        var missing = new HashSet<>(experiments);
        source.pages("experiments", "", experiment -> {
            var name = experiment.path("name").asText();
            if (missing.remove(name) || isEverything()) {
                chosen.add(experiment);
            }
        });
        if (!missing.isEmpty()) {
            throw CommandFailed.refused(
                    "There is no experiment '%s'".formatted(missing.iterator().next()), "");
        }
        return chosen;
    }

    private void writeRun(ExportWriter writer, ObjectNode run) throws IOException {
        var id = run.path("id").asText();
        if (run.has("job") && !ENDED.contains(run.path("status").asText())) {
            report.notCopied(
                    "run",
                    id,
                    "it is a job that has not ended (%s)"
                            .formatted(run.path("status").asText()));
            return;
        }
        writer.line(ExportFolder.RUNS, run.toString());
        report.copied(Kind.RUNS);
        if (!isEverything()) {
            runs.add(id);
        }
        source.lines(
                "",
                line -> {
                    writer.line(ExportFolder.METRICS, line);
                    report.copied(
                            Kind.POINTS,
                            TransferClient.JSON.readTree(line).path("points").size());
                },
                "runs",
                id,
                "metrics");
        writeFiles(writer, ExportFolder.OF_RUNS, "run file", id);
        collectSnapshots(run.path("job"));
    }

    private void collectSnapshots(JsonNode job) {
        if (job.path("code").isTextual()) {
            snapshots.add(job.path("code").asText());
        }
        for (var input : job.path("inputs")) {
            if (input.path("snapshot").isTextual()) {
                snapshots.add(input.path("snapshot").asText());
            }
        }
    }

    private void write(ExportWriter writer, ObjectNode loggedModel) throws IOException {
        var id = loggedModel.path("id").asText();
        writer.line(ExportFolder.LOGGED_MODELS, loggedModel.toString());
        report.copied(Kind.LOGGED_MODELS);
        source.lines(
                "",
                line -> {
                    var run = TransferClient.JSON.readTree(line).path("run").asText();
                    if (isEverything() || runs.contains(run)) {
                        writer.line(ExportFolder.MODEL_METRICS, line);
                    }
                },
                "logged-models",
                id,
                "metrics");
        writeFiles(writer, ExportFolder.OF_LOGGED_MODELS, "logged model file", id);
    }

    private void writeFiles(ExportWriter writer, String owner, String kind, String id) throws IOException {
        var paths = new ArrayList<String>();
        source.lines(
                "",
                line -> paths.add(
                        TransferClient.JSON.readTree(line).path("path").asText()),
                owner,
                id,
                "files");
        for (var path : paths) {
            var segments = new ArrayList<>(List.of(owner, id, "files"));
            segments.addAll(List.of(path.split("/")));
            var outcome = report.attempt(kind, id + "/" + path, () -> {
                var size = writer.file(owner, id, path, source.file(segments.toArray(String[]::new)));
                report.copied(Kind.BYTES, size);
            });
            if (outcome == Outcome.DONE) {
                report.copied(Kind.FILES);
            }
        }
    }

    private static String query(String experiment) {
        return "experiment=" + TransferClient.segment(experiment);
    }

    /** The chosen models, and what their versions are made of. */
    private final class Registered {
        private final List<ObjectNode> chosen = new ArrayList<>();
        private final Set<String> ofRuns = new TreeSet<>();
        private final Set<String> ofLoggedModels = new TreeSet<>();

        /** Also finds the runs and logged models that come along because only some things were chosen. */
        void read() throws IOException {
            var missing = new HashSet<>(models);
            source.pages("models", "", model -> {
                if (missing.remove(model.path("name").asText()) || isEverything()) {
                    chosen.add(model);
                }
            });
            if (!missing.isEmpty()) {
                throw CommandFailed.refused(
                        "There is no model '%s'".formatted(missing.iterator().next()), "");
            }
            if (isEverything()) {
                return;
            }
            for (var model : chosen) {
                versions(model, version -> {
                    add(ofRuns, version.path("run").asText(""));
                    add(ofLoggedModels, version.path("logged_model").asText(""));
                });
            }
            for (var loggedModel : known("logged-models", ofLoggedModels)) {
                add(ofRuns, loggedModel.path("run").asText(""));
            }
        }

        void writeExperiments(ExportWriter writer, List<ObjectNode> written) throws IOException {
            var names = new TreeSet<String>();
            known("runs", ofRuns)
                    .forEach(run -> names.add(run.path("experiment").asText()));
            known("logged-models", ofLoggedModels)
                    .forEach(model -> names.add(model.path("experiment").asText()));
            written.forEach(experiment -> names.remove(experiment.path("name").asText()));
            source.pages("experiments", "", experiment -> {
                if (names.contains(experiment.path("name").asText())) {
                    writer.line(ExportFolder.EXPERIMENTS, experiment.toString());
                    report.copied(Kind.EXPERIMENTS);
                }
            });
        }

        void writeRuns(ExportWriter writer) throws IOException {
            for (var run : known("runs", ofRuns)) {
                if (!experiments.contains(run.path("experiment").asText())) {
                    WorkspaceExport.this.writeRun(writer, run);
                }
            }
        }

        void writeLoggedModels(ExportWriter writer) throws IOException {
            for (var model : known("logged-models", ofLoggedModels)) {
                if (!experiments.contains(model.path("experiment").asText())) {
                    WorkspaceExport.this.write(writer, model);
                }
            }
        }

        void write(ExportWriter writer) throws IOException {
            for (var model : chosen) {
                writer.line(ExportFolder.MODELS, model.toString());
                report.copied(Kind.MODELS);
                versions(model, version -> {
                    writer.line(ExportFolder.VERSIONS, version.toString());
                    report.copied(Kind.VERSIONS);
                });
            }
        }

        private void versions(ObjectNode model, TransferClient.Taker<ObjectNode> taker) throws IOException {
            source.pages(
                    "versions",
                    "model=" + TransferClient.segment(model.path("name").asText()),
                    taker);
        }

        /** In the order of the ids, some at a time. */
        private List<ObjectNode> known(String kind, Set<String> ids) {
            var found = new ArrayList<ObjectNode>();
            var all = List.copyOf(new TreeSet<>(ids));
            for (var from = 0; from < all.size(); from += IDS) {
                var some = all.subList(from, Math.min(all.size(), from + IDS));
                var known = source.known(kind, some);
                some.stream().map(known::get).filter(Objects::nonNull).forEach(found::add);
            }
            return found;
        }

        private static void add(Set<String> ids, String id) {
            if (!id.isEmpty()) {
                ids.add(id);
            }
        }
    }
}
