package org.millwright.cli.transfer;

import java.util.List;

/** How an exported workspace lies in a folder; docs/moving.md says it to people. */
final class ExportFolder {
    static final String FORMAT = "millwright-workspace";

    /** Grows when a folder of the new form cannot be read by what reads the old one. */
    static final int VERSION = 1;

    static final String MANIFEST = "manifest.json";
    static final String EXPERIMENTS = "experiments.jsonl";
    static final String RUNS = "runs.jsonl";
    static final String METRICS = "metrics.jsonl";
    static final String LOGGED_MODELS = "logged-models.jsonl";
    static final String MODEL_METRICS = "model-metrics.jsonl";
    static final String MODELS = "models.jsonl";
    static final String VERSIONS = "versions.jsonl";
    static final String FILES = "files.jsonl";

    /** In the order in which they are read. */
    static final List<String> PARTS =
            List.of(EXPERIMENTS, RUNS, METRICS, LOGGED_MODELS, MODEL_METRICS, MODELS, VERSIONS, FILES);

    /** Below it lie the files, each owner's in a folder of its own. */
    static final String CONTENT = "files";

    static final String OF_RUNS = "runs";
    static final String OF_LOGGED_MODELS = "logged-models";
    static final String SNAPSHOTS = "snapshots";

    private ExportFolder() {}
}
