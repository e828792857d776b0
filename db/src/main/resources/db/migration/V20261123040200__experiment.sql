-- What was run and what came of it.
CREATE SCHEMA experiment;

CREATE SEQUENCE experiment.experiment_id START WITH 1;

CREATE TABLE experiment.experiment (
    id         bigint PRIMARY KEY,
    workspace  text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name       text COLLATE "C" NOT NULL,
    tags       jsonb            NOT NULL,
    created_at timestamptz      NOT NULL,
    updated_at timestamptz      NOT NULL,
    deleted_at timestamptz,
    revision   bigint           NOT NULL,
    -- Deleted ones keep their name, because they may come back.
    CONSTRAINT experiment_name_once UNIQUE (workspace, name),
    CONSTRAINT experiment_tags_object CHECK (jsonb_typeof(tags) = 'object')
);
CREATE INDEX experiment_newest_idx ON experiment.experiment (workspace, created_at DESC, id);

INSERT INTO experiment.experiment (id, workspace, name, tags, created_at, updated_at, revision)
VALUES (0, 'main', 'Default', '{}', now(), now(), 1);

-- Which columns are filled depends on the state (RunState.java says the same in types).
CREATE TABLE experiment.run (
    id         text COLLATE "C" PRIMARY KEY,
    key        bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- what the narrow tables below refer to
    workspace  text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    experiment bigint           NOT NULL REFERENCES experiment.experiment (id),
    name       text COLLATE "C" NOT NULL,
    user_name  text COLLATE "C" NOT NULL,
    submitter  text COLLATE "C",
    job        jsonb,
    state      text             NOT NULL,
    attempt    integer          NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz,
    failure    text,
    exit_code  integer,
    created_at timestamptz      NOT NULL,
    deleted_at timestamptz,
    revision   bigint           NOT NULL,
    -- Lists are sorted by it: a run that has not started stands where it was accepted.
    start_time timestamptz      NOT NULL GENERATED ALWAYS AS (coalesce(started_at, created_at)) STORED,
    CONSTRAINT run_state_known CHECK (state IN ('Queued', 'Preparing', 'Running', 'CancelRequested', 'Finalizing', 'Completed', 'Failed', 'Canceled')),
    CONSTRAINT run_ended_iff_over CHECK ((ended_at IS NOT NULL) = (state IN ('Completed', 'Failed', 'Canceled'))),
    CONSTRAINT run_failure_iff_failed CHECK ((failure IS NOT NULL) = (state = 'Failed')),
    CONSTRAINT run_exit_code_when_over CHECK (exit_code IS NULL OR state IN ('Finalizing', 'Failed')),
    CONSTRAINT run_finalizing_has_exit_code CHECK (state <> 'Finalizing' OR exit_code IS NOT NULL),
    CONSTRAINT run_started_when_running CHECK (started_at IS NOT NULL OR state NOT IN ('Running', 'Finalizing', 'Completed')),
    CONSTRAINT run_not_started_when_waiting CHECK (started_at IS NULL OR state NOT IN ('Queued', 'Preparing')),
    CONSTRAINT run_job_has_submitter CHECK ((job IS NULL) = (submitter IS NULL)),
    CONSTRAINT run_attempt_from_zero CHECK (attempt >= 0)
);
CREATE INDEX run_of_workspace_idx ON experiment.run (workspace, start_time DESC, id);
CREATE INDEX run_of_experiment_idx ON experiment.run (experiment, start_time DESC, id);

CREATE TABLE experiment.run_attempt (
    run        text COLLATE "C" NOT NULL REFERENCES experiment.run (id) ON DELETE CASCADE,
    number     integer          NOT NULL,
    compute    text COLLATE "C" NOT NULL,
    slot       integer          NOT NULL,
    server     text             NOT NULL,
    claimed_at timestamptz      NOT NULL,
    ended_at   timestamptz,
    outcome    text,
    PRIMARY KEY (run, number),
    CONSTRAINT run_attempt_from_one CHECK (number >= 1),
    CONSTRAINT run_attempt_outcome_iff_ended CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
-- At most one try at a run is open, whatever the servers believe.
CREATE UNIQUE INDEX run_attempt_one_open_idx ON experiment.run_attempt (run) WHERE ended_at IS NULL;
CREATE INDEX run_attempt_open_of_server_idx ON experiment.run_attempt (server) WHERE ended_at IS NULL;

CREATE TABLE experiment.run_parameter (
    run   bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    name  text COLLATE "C" NOT NULL,
    value text             NOT NULL,
    PRIMARY KEY (run, name)
);

CREATE TABLE experiment.run_tag (
    run   bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    name  text COLLATE "C" NOT NULL,
    value text             NOT NULL,
    PRIMARY KEY (run, name)
);

CREATE TABLE experiment.run_dataset (
    run         bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    sequence    bigint GENERATED ALWAYS AS IDENTITY,
    name        text COLLATE "C" NOT NULL,
    digest      text COLLATE "C" NOT NULL,
    source_type text             NOT NULL,
    source      text             NOT NULL,
    schema      text,
    profile     text,
    tags        jsonb            NOT NULL,
    PRIMARY KEY (run, name, digest)
);

CREATE TABLE experiment.run_model (
    run       bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    sequence  bigint GENERATED ALWAYS AS IDENTITY,
    model     text COLLATE "C" NOT NULL,
    step      bigint           NOT NULL,
    direction text             NOT NULL,
    PRIMARY KEY (run, direction, model, step),
    CONSTRAINT run_model_direction_known CHECK (direction IN ('INPUT', 'OUTPUT'))
);

-- Metrics are a stream: names are interned, points are only appended.
CREATE TABLE experiment.metric_key (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);

-- No foreign keys here: they would be checked for each point. The summary has them, and is written with the points.
-- A NaN is a 0 with a flag, because it must have its place in the order and equal itself.
CREATE TABLE experiment.metric_point (
    run       bigint           NOT NULL,
    key       integer          NOT NULL,
    timestamp bigint           NOT NULL,
    step      bigint           NOT NULL,
    value     double precision NOT NULL,
    nan       boolean          NOT NULL,
    -- Says that a point is there once, and is the order in which the history is read.
    PRIMARY KEY (run, key, timestamp, step, value, nan),
    CONSTRAINT metric_point_nan_is_zero CHECK (NOT nan OR value = 0)
);

CREATE TABLE experiment.metric_summary (
    run            bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    key            integer          NOT NULL REFERENCES experiment.metric_key (id),
    last_step      bigint           NOT NULL,
    last_timestamp bigint           NOT NULL,
    last_value     double precision NOT NULL,
    last_nan       boolean          NOT NULL,
    least          double precision, -- null when there are only NaN
    greatest       double precision,
    points         bigint           NOT NULL,
    PRIMARY KEY (run, key)
) WITH (fillfactor = 80);
-- Searches start from the metric; none of its columns ever changes, so updates stay in their page.
CREATE INDEX metric_summary_by_key_idx ON experiment.metric_summary (key, run);

-- The points that were measured on a logged model, beside the run's own.
CREATE TABLE experiment.model_metric (
    model          text COLLATE "C" NOT NULL,
    run            bigint           NOT NULL REFERENCES experiment.run (key) ON DELETE CASCADE,
    key            integer          NOT NULL REFERENCES experiment.metric_key (id),
    timestamp      bigint           NOT NULL,
    step           bigint           NOT NULL,
    value          double precision NOT NULL,
    nan            boolean          NOT NULL,
    dataset_name   text,
    dataset_digest text,
    PRIMARY KEY (model, key, run, timestamp, step, value, nan)
);
