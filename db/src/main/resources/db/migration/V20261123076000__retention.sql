-- What becomes of deleted things: they can be restored until they are purged.
CREATE SCHEMA retention;

-- What the people of a workspace decided; what they did not is absent.
ALTER TABLE workspace.workspace ADD COLUMN settings jsonb NOT NULL DEFAULT '{}'
    CONSTRAINT workspace_settings_object CHECK (jsonb_typeof(settings) = 'object');

-- Orders to purge that are not carried out yet. What is named here is never restored.
CREATE TABLE retention.purge (
    kind       text             NOT NULL,
    id         text COLLATE "C" NOT NULL,
    workspace  text COLLATE "C" NOT NULL,
    files      text,
    ordered_at timestamptz      NOT NULL,
    sequence   bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (kind, id),
    CONSTRAINT purge_kind_known CHECK (kind IN ('RUN', 'EXPERIMENT', 'LOGGED_MODEL', 'MODEL', 'MODEL_VERSION'))
);

-- The registry's bin, apart from the registry: the name of a deleted model is free at once. The documents are whole rows.
CREATE TABLE registry.deletion (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace  text COLLATE "C" NOT NULL,
    model      text COLLATE "C" NOT NULL,
    version    integer,     -- null when the whole model was deleted
    deleted_at timestamptz NOT NULL,
    document   jsonb,       -- the model's row, when it was deleted
    CONSTRAINT deletion_document_iff_model CHECK ((document IS NULL) = (version IS NOT NULL))
);
CREATE INDEX deletion_latest_idx ON registry.deletion (workspace, deleted_at);

CREATE TABLE registry.deleted_version (
    deletion     bigint  NOT NULL REFERENCES registry.deletion (id) ON DELETE CASCADE,
    version      integer NOT NULL,
    run          text COLLATE "C",
    logged_model text COLLATE "C",
    files        text,
    document     jsonb   NOT NULL,
    PRIMARY KEY (deletion, version)
);

-- Whose files and whose origin a version is: asked before a run, an experiment or a logged model is purged.
CREATE INDEX deleted_version_of_run_idx ON registry.deleted_version (run) WHERE run IS NOT NULL;
CREATE INDEX deleted_version_of_logged_model_idx ON registry.deleted_version (logged_model) WHERE logged_model IS NOT NULL;
CREATE INDEX deleted_version_of_files_idx ON registry.deleted_version
    (split_part(files, '/', 1), split_part(files, '/', 2), split_part(files, '/', 3)) WHERE files IS NOT NULL;
CREATE INDEX model_version_of_logged_model_idx ON registry.model_version (logged_model) WHERE logged_model IS NOT NULL;
CREATE INDEX model_version_of_files_idx ON registry.model_version
    (split_part(files, '/', 1), split_part(files, '/', 2), split_part(files, '/', 3)) WHERE files IS NOT NULL;

-- The bin lists what was deleted, and the sweep takes what was deleted long ago. Few rows are deleted, so these are small.
CREATE INDEX run_deleted_idx ON experiment.run (workspace, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX experiment_bin_idx ON experiment.experiment (workspace, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX logged_model_deleted_idx ON registry.logged_model (workspace, deleted_at) WHERE deleted_at IS NOT NULL;
-- An experiment goes with its logged models.
CREATE INDEX logged_model_of_experiment_idx ON registry.logged_model (experiment);

-- Whether a job uses a snapshot of code or of files.
CREATE INDEX run_of_code_idx ON experiment.run ((job ->> 'code')) WHERE job IS NOT NULL;
CREATE INDEX run_of_inputs_idx ON experiment.run USING gin ((job -> 'inputs') jsonb_path_ops) WHERE job IS NOT NULL;

-- A run goes with what was measured on models in it.
CREATE INDEX model_metric_of_run_idx ON experiment.model_metric (run);
