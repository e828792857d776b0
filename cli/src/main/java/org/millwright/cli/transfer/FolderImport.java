package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.transfer.Report.Kind;
import org.millwright.cli.transfer.Report.Outcome;

/** Reads an exported folder into a workspace. Each line may be read again; what is there already stays as it is. */
public final class FolderImport {
    private static final int MODEL_POINTS = 1000;

    private final TransferClient target;
    private final Report report;
    private final boolean dryRun;

    /** @param dryRun whether only to look whether the folder is whole, and count */
    public FolderImport(TransferClient target, Report report, boolean dryRun) {
        this.target = target;
        this.report = report;
        this.dryRun = dryRun;
    }

    /** @throws CommandFailed when the folder is not as it was written; nothing is imported then */
    public void run(Path folder) throws IOException {
        target.requireWorkspace();
        var export = new ExportReader(folder);
        report.say("checking the digests of %s".formatted(folder));
        export.verify();
        export.lines(ExportFolder.EXPERIMENTS, this::experiment);
        report.say("runs");
        export.lines(
                ExportFolder.RUNS,
                run -> put("run", "id", run, Kind.RUNS, "runs", run.path("id").asText()));
        report.say("metrics");
        readPoints(export);
        export.lines(
                ExportFolder.LOGGED_MODELS,
                model -> put(
                        "logged model",
                        "id",
                        model,
                        Kind.LOGGED_MODELS,
                        "logged-models",
                        model.path("id").asText()));
        readModelPoints(export);
        report.say("files");
        readFiles(export);
        export.lines(ExportFolder.MODELS, model -> {
            var first = model.deepCopy();
            // They name versions, which come later.
            first.remove("aliases");
            put("registered model", "name", first, Kind.MODELS, "models");
        });
        export.lines(
                ExportFolder.VERSIONS, version -> put("model version", "name", version, Kind.VERSIONS, "versions"));
        export.lines(ExportFolder.MODELS, model -> {
            if (!model.path("aliases").isEmpty() && !dryRun) {
                report.attempt("aliases of", model.path("name").asText(), () -> target.put(model, "models"));
            }
        });
    }

    private void experiment(ObjectNode experiment) throws IOException {
        var name = experiment.path("name").asText();
        report.attempt("experiment", name, () -> {
            if (!dryRun) {
                report.experiment(
                        name, target.put(experiment, "experiments").path("id").asText());
            }
            report.copied(Kind.EXPERIMENTS);
        });
    }

    private void put(String kind, String idField, ObjectNode record, Kind counted, String... segments)
            throws IOException {
        report.attempt(kind, record.path(idField).asText(), () -> {
            if (!dryRun) {
                target.put(record, segments);
            }
            report.copied(counted);
        });
    }

    private void readPoints(ExportReader export) throws IOException {
        var batch = new Batch();
        export.lines(ExportFolder.METRICS, batch::take);
        batch.finish();
    }

    /** The points of one run after the other. */
    private final class Batch {
        private @Nullable PointBatch points;
        private String run = "";

        void take(ObjectNode line) throws IOException {
            if (dryRun) {
                report.copied(Kind.POINTS, line.path("points").size());
                return;
            }
            if (points == null || !line.path("run").asText().equals(run)) {
                finish();
                run = line.path("run").asText();
                points = new PointBatch(target, run);
            }
            var to = points;
            var outcome = report.attempt("metric", run + " " + line.path("key").asText(), () -> {
                for (var point : line.path("points")) {
                    to.add(line.path("key").asText(), point.path(0), point.path(1), point.path(2));
                }
            });
            if (outcome != Outcome.DONE) {
                points = new PointBatch(target, run);
            }
        }

        void finish() throws IOException {
            var last = points;
            if (last != null) {
                report.attempt("metrics of run", run, last::finish);
                report.copied(Kind.POINTS, last.sent());
            }
        }
    }

    private void readModelPoints(ExportReader export) throws IOException {
        var batch = new ModelBatch();
        export.lines(ExportFolder.MODEL_METRICS, batch::take);
        batch.finish();
    }

    /** The points on one logged model after the other. */
    private final class ModelBatch {
        private ObjectNode request = TransferClient.JSON.createObjectNode();
        private String model = "";

        void take(ObjectNode line) throws IOException {
            var of = line.path("model").asText();
            if (!of.equals(model) || request.path("points").size() >= MODEL_POINTS) {
                finish();
                model = of;
                request = TransferClient.JSON.createObjectNode();
            }
            request.withArray("points").add(line);
        }

        void finish() throws IOException {
            if (!dryRun && !request.isEmpty()) {
                report.attempt(
                        "metrics of logged model",
                        model,
                        () -> target.post(request, "logged-models", model, "metrics"));
            }
        }
    }

    private void readFiles(ExportReader export) throws IOException {
        var owners = new Owners();
        export.lines(ExportFolder.FILES, line -> {
            var owner = line.path("owner").asText();
            var id = line.path("id").asText();
            var path = line.path("path").asText();
            report.attempt("file", "%s/%s/%s".formatted(owner, id, path), () -> {
                if (owner.equals(ExportFolder.SNAPSHOTS)) {
                    var sent = !dryRun && target.uploadSnapshot(id, export.file(line));
                    report.counted(Kind.SNAPSHOTS, !dryRun && !sent);
                    return;
                }
                var sha256 = line.path("sha256").asText();
                var there = sha256.equals(owners.digests(owner, id).get(path));
                if (!there && !dryRun) {
                    target.upload(owner, id, path, export.file(line), sha256);
                }
                report.counted(Kind.FILES, there);
                if (!there) {
                    report.copied(Kind.BYTES, line.path("bytes").asLong());
                }
            });
        });
    }

    /** What is there already of the owner whose files are being read; they come one owner after the other. */
    private final class Owners {
        private String owner = "";
        private Map<String, String> digests = Map.of();

        Map<String, String> digests(String kind, String id) throws IOException {
            if (dryRun) {
                return Map.of();
            }
            if (!owner.equals(kind + "/" + id)) {
                var there = new HashMap<String, String>();
                target.lines(
                        "?digests=true",
                        line -> {
                            var file = TransferClient.JSON.readTree(line);
                            there.put(
                                    file.path("path").asText(),
                                    file.path("sha256").asText());
                        },
                        kind,
                        id,
                        "files");
                digests = there;
                owner = kind + "/" + id;
            }
            return digests;
        }
    }
}
