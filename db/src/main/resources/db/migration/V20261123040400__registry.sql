-- Models and their versions.
CREATE SCHEMA registry;

CREATE TABLE registry.registered_model (
    workspace    text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name         text COLLATE "C" NOT NULL,
    description  text             NOT NULL,
    tags         jsonb            NOT NULL,
    aliases      jsonb            NOT NULL,
    last_version integer          NOT NULL DEFAULT 0, -- numbers are given once, also when the version is deleted
    created_at   timestamptz      NOT NULL,
    updated_at   timestamptz      NOT NULL,
    revision     bigint           NOT NULL,
    PRIMARY KEY (workspace, name),
    CONSTRAINT registered_model_tags_object CHECK (jsonb_typeof(tags) = 'object'),
    CONSTRAINT registered_model_aliases_object CHECK (jsonb_typeof(aliases) = 'object')
);

CREATE TABLE registry.model_version (
    workspace    text COLLATE "C" NOT NULL,
    model        text COLLATE "C" NOT NULL,
    version      integer          NOT NULL,
    source       text COLLATE "C" NOT NULL,
    files        text, -- null when the source is elsewhere
    run          text COLLATE "C",
    logged_model text COLLATE "C",
    run_link     text             NOT NULL,
    user_name    text             NOT NULL,
    description  text             NOT NULL,
    tags         jsonb            NOT NULL,
    stage        text             NOT NULL,
    created_at   timestamptz      NOT NULL,
    updated_at   timestamptz      NOT NULL,
    revision     bigint           NOT NULL,
    PRIMARY KEY (workspace, model, version),
    FOREIGN KEY (workspace, model) REFERENCES registry.registered_model (workspace, name) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT model_version_from_one CHECK (version >= 1),
    CONSTRAINT model_version_stage_known CHECK (stage IN ('NONE', 'STAGING', 'PRODUCTION', 'ARCHIVED')),
    CONSTRAINT model_version_tags_object CHECK (jsonb_typeof(tags) = 'object')
);
CREATE INDEX model_version_of_run_idx ON registry.model_version (run) WHERE run IS NOT NULL;

CREATE TABLE registry.logged_model (
    id         text COLLATE "C" PRIMARY KEY,
    workspace  text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    experiment bigint           NOT NULL REFERENCES experiment.experiment (id),
    name       text COLLATE "C" NOT NULL,
    model_type text COLLATE "C" NOT NULL,
    run        text COLLATE "C" REFERENCES experiment.run (id) ON DELETE SET NULL,
    status     text             NOT NULL,
    parameters jsonb            NOT NULL,
    tags       jsonb            NOT NULL,
    created_at timestamptz      NOT NULL,
    updated_at timestamptz      NOT NULL,
    deleted_at timestamptz,
    revision   bigint           NOT NULL,
    CONSTRAINT logged_model_status_known CHECK (status IN ('PENDING', 'READY', 'UPLOAD_FAILED')),
    CONSTRAINT logged_model_parameters_object CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT logged_model_tags_object CHECK (jsonb_typeof(tags) = 'object')
);
CREATE INDEX logged_model_newest_idx ON registry.logged_model (experiment, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX logged_model_of_run_idx ON registry.logged_model (run) WHERE run IS NOT NULL;
