-- When work starts by itself.
CREATE SCHEMA schedule;

CREATE TABLE schedule.schedule (
    workspace    text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name         text COLLATE "C" NOT NULL,
    display_name text             NOT NULL,
    owner        text             NOT NULL,
    trigger      jsonb            NOT NULL,
    experiment   text             NOT NULL,
    job          jsonb            NOT NULL,
    enabled      boolean          NOT NULL,
    created_at   timestamptz      NOT NULL,
    revision     bigint           NOT NULL,
    PRIMARY KEY (workspace, name)
);

-- One row for each time that a schedule was due: whoever inserts it starts the job, and nobody else does.
CREATE TABLE schedule.firing (
    workspace text COLLATE "C" NOT NULL,
    schedule  text COLLATE "C" NOT NULL,
    due_at    timestamptz      NOT NULL,
    fired_at  timestamptz      NOT NULL,
    run       text COLLATE "C",
    refusal   text,
    PRIMARY KEY (workspace, schedule, due_at),
    FOREIGN KEY (workspace, schedule) REFERENCES schedule.schedule (workspace, name) ON DELETE CASCADE,
    CONSTRAINT firing_run_or_refusal CHECK (run IS NULL OR refusal IS NULL)
);
