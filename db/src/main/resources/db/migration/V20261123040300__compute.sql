-- What work runs on.
CREATE SCHEMA compute;

CREATE TABLE compute.cluster (
    workspace  text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name       text COLLATE "C" NOT NULL,
    slots      integer          NOT NULL,
    paused     boolean          NOT NULL,
    created_at timestamptz      NOT NULL,
    revision   bigint           NOT NULL,
    PRIMARY KEY (workspace, name),
    CONSTRAINT cluster_slots_in_range CHECK (slots BETWEEN 1 AND 1000)
);

-- A slot above the cluster's number was busy when the cluster shrank; it vanishes when it is freed.
CREATE TABLE compute.slot (
    workspace    text COLLATE "C" NOT NULL,
    compute      text COLLATE "C" NOT NULL,
    slot         integer          NOT NULL,
    run          text COLLATE "C",
    attempt      integer,
    server       text,
    heartbeat_at timestamptz, -- by the database's clock
    PRIMARY KEY (workspace, compute, slot),
    FOREIGN KEY (workspace, compute) REFERENCES compute.cluster (workspace, name) ON DELETE CASCADE,
    CONSTRAINT slot_from_one CHECK (slot >= 1),
    CONSTRAINT slot_held_wholly CHECK (num_nulls(run, attempt, server, heartbeat_at) IN (0, 4))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX slot_of_run_idx ON compute.slot (run) WHERE run IS NOT NULL;

-- The runs that wait, and nothing else: a claimed run leaves the table.
CREATE TABLE compute.run_queue (
    run         text COLLATE "C" PRIMARY KEY REFERENCES experiment.run (id) ON DELETE CASCADE,
    workspace   text COLLATE "C" NOT NULL,
    compute     text COLLATE "C" NOT NULL,
    priority    smallint         NOT NULL,
    enqueued_at timestamptz      NOT NULL,
    sequence    bigint GENERATED ALWAYS AS IDENTITY,
    FOREIGN KEY (workspace, compute) REFERENCES compute.cluster (workspace, name)
);
CREATE INDEX run_queue_order_idx ON compute.run_queue (workspace, compute, priority DESC, enqueued_at, sequence);
