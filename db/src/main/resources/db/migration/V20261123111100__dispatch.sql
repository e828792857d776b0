-- Slots become nodes, which come and go, and of which a run may hold several.
ALTER TABLE compute.target
    ADD COLUMN min_nodes integer NOT NULL DEFAULT 0,
    ADD COLUMN idle_seconds integer NOT NULL DEFAULT 0,
    ADD COLUMN low_tier boolean NOT NULL DEFAULT false;
UPDATE compute.target SET min_nodes = max_nodes;
ALTER TABLE compute.target
    ALTER COLUMN min_nodes DROP DEFAULT,
    ALTER COLUMN idle_seconds DROP DEFAULT,
    ALTER COLUMN low_tier DROP DEFAULT,
    ADD CONSTRAINT target_fewest_nodes CHECK (min_nodes BETWEEN 0 AND max_nodes),
    ADD CONSTRAINT target_idle_seconds CHECK (idle_seconds >= 0);

-- A run on the nodes that it holds: what the planner needs of it, and who looks after it. One row for each, of a few hundred
-- bytes, which the heartbeats rewrite.
CREATE TABLE compute.claim (
    run             text COLLATE "C" PRIMARY KEY,
    attempt         integer          NOT NULL,
    workspace       text COLLATE "C" NOT NULL,
    compute         text COLLATE "C" NOT NULL,
    nodes           integer          NOT NULL,
    team            text COLLATE "C" NOT NULL, -- empty for somebody in no group
    username        text COLLATE "C" NOT NULL,
    priority        smallint         NOT NULL,
    low_tier        boolean          NOT NULL,
    time_limit      integer, -- in seconds
    claimed_at      timestamptz      NOT NULL, -- by the database's clock, as all times here
    started_at      timestamptz,
    making_room_at  timestamptz,
    server          text             NOT NULL,
    heartbeat_at    timestamptz      NOT NULL,
    FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name),
    CONSTRAINT claim_of_nodes CHECK (nodes >= 1)
) WITH (fillfactor = 50);
CREATE INDEX claim_of_target_idx ON compute.claim (workspace, compute);
CREATE INDEX claim_making_room_idx ON compute.claim (server) WHERE making_room_at IS NOT NULL;

CREATE TABLE compute.node (
    workspace text COLLATE "C" NOT NULL,
    compute   text COLLATE "C" NOT NULL,
    node      integer          NOT NULL,
    run       text COLLATE "C",
    drained   boolean          NOT NULL DEFAULT false,
    idle_since timestamptz, -- null while it has a run
    PRIMARY KEY (workspace, compute, node),
    FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name) ON DELETE CASCADE,
    CONSTRAINT node_from_one CHECK (node >= 1),
    CONSTRAINT node_idle_iff_free CHECK ((run IS NULL) = (idle_since IS NOT NULL))
) WITH (fillfactor = 50);
CREATE INDEX node_of_run_idx ON compute.node (run) WHERE run IS NOT NULL;

INSERT INTO compute.claim (run, attempt, workspace, compute, nodes, team, username, priority, low_tier, claimed_at, started_at,
    server, heartbeat_at)
SELECT s.run, s.attempt, s.workspace, s.compute, 1, '', coalesce(r.submitter, r.user_name), 500, false, a.claimed_at, r.started_at,
    s.server, s.heartbeat_at
FROM compute.slot s
JOIN experiment.run r ON r.id = s.run
JOIN experiment.run_attempt a ON a.run = s.run AND a.number = s.attempt;
INSERT INTO compute.node (workspace, compute, node, run, idle_since)
SELECT s.workspace, s.compute, s.slot, c.run, CASE WHEN c.run IS NULL THEN now() END
FROM compute.slot s LEFT JOIN compute.claim c ON c.run = s.run;
DROP TABLE compute.slot;

-- What waits carries all that its place depends on, so that planning reads no other table of its size.
ALTER TABLE compute.run_queue
    ADD COLUMN team text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN username text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN nodes smallint NOT NULL DEFAULT 1,
    ADD COLUMN cpus real,
    ADD COLUMN memory bigint,
    ADD COLUMN gpus smallint NOT NULL DEFAULT 0,
    ADD COLUMN low_tier boolean, -- null for what the target has
    ADD COLUMN time_limit integer, -- in seconds
    ADD COLUMN not_before timestamptz;
UPDATE compute.run_queue q SET username = coalesce(r.submitter, r.user_name) FROM experiment.run r WHERE r.id = q.run;
ALTER TABLE compute.run_queue DROP CONSTRAINT run_queue_workspace_compute_fkey;
ALTER TABLE compute.run_queue ADD FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name);
-- A line is what waits of one user of one team at one priority; planning reads the heads of the lines.
DROP INDEX compute.run_queue_order_idx;
CREATE INDEX run_queue_line_idx ON compute.run_queue (workspace, compute, (-priority), team, username, enqueued_at, sequence);

CREATE TABLE compute.quota (
    workspace text COLLATE "C" NOT NULL,
    compute   text COLLATE "C" NOT NULL,
    holder    text             NOT NULL,
    subject   text COLLATE "C" NOT NULL,
    nominal   integer          NOT NULL,
    borrow    integer, -- null for any number
    PRIMARY KEY (workspace, compute, holder, subject),
    FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name) ON DELETE CASCADE,
    CONSTRAINT quota_holder_known CHECK (holder IN ('TEAM', 'USER')),
    CONSTRAINT quota_not_negative CHECK (nominal >= 0 AND borrow >= 0)
);
SELECT access.audit('compute.quota', 'compute', 'compute', 'subject');

-- Node-seconds of late: what is older than a day counts half, than two days a quarter. As it was at that time.
CREATE TABLE compute.usage (
    workspace    text COLLATE "C" NOT NULL,
    compute      text COLLATE "C" NOT NULL,
    team         text COLLATE "C" NOT NULL,
    username     text COLLATE "C" NOT NULL,
    node_seconds double precision NOT NULL,
    as_of        timestamptz      NOT NULL,
    PRIMARY KEY (workspace, compute, team, username),
    FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name) ON DELETE CASCADE
) WITH (fillfactor = 50);

-- Why a target got more or fewer nodes.
CREATE TABLE compute.scaling (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace text COLLATE "C" NOT NULL,
    compute   text COLLATE "C" NOT NULL,
    at        timestamptz      NOT NULL,
    before    integer          NOT NULL,
    after     integer          NOT NULL,
    why       text             NOT NULL,
    FOREIGN KEY (workspace, compute) REFERENCES compute.target (workspace, name) ON DELETE CASCADE
);
CREATE INDEX scaling_of_target_idx ON compute.scaling (workspace, compute, id DESC);

ALTER TABLE experiment.run_attempt
    ADD COLUMN cause text,
    ADD COLUMN abandoned boolean NOT NULL DEFAULT false; -- declared lost while its server may still have it
CREATE INDEX run_attempt_abandoned_idx ON experiment.run_attempt (server) WHERE abandoned;
