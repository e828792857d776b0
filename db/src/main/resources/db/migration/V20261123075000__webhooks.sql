-- Who outside is told of what happens, and what became of telling them.
CREATE SCHEMA monitoring;

CREATE TABLE monitoring.webhook (
    id          uuid PRIMARY KEY,
    sequence    bigint GENERATED ALWAYS AS IDENTITY, -- in the order in which they were made
    workspace   text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name        text             NOT NULL,
    description text             NOT NULL,
    url         text             NOT NULL,
    events      text[]           NOT NULL,
    secret      text,                                -- sealed; without one it is not signed
    active      boolean          NOT NULL,
    created_at  timestamptz      NOT NULL,
    updated_at  timestamptz      NOT NULL,
    revision    bigint           NOT NULL,
    CONSTRAINT webhook_wants_something CHECK (cardinality(events) > 0)
);
CREATE INDEX webhook_workspace_idx ON monitoring.webhook (workspace, sequence);

CREATE TABLE monitoring.delivery (
    id           uuid PRIMARY KEY,
    sequence     bigint GENERATED ALWAYS AS IDENTITY, -- in the order in which they are sent, for one subject
    webhook      uuid        NOT NULL REFERENCES monitoring.webhook (id) ON DELETE CASCADE,
    told         bigint      NOT NULL, -- the event's number in the outbox, which forgets earlier than we do
    event        text        NOT NULL,
    subject      text        NOT NULL,
    body         text        NOT NULL, -- as it is signed, byte for byte
    created_at   timestamptz NOT NULL,
    state        text        NOT NULL,
    due_at       timestamptz NOT NULL, -- a claimed delivery is due again when its claim runs out
    claim        bigint      NOT NULL DEFAULT 0, -- number of the last claim; what an older one reports is too late
    claimed_by   text,
    attempts     integer     NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    status       integer,              -- of the last answer; 0 when there was none
    answer       text,
    problem      text,
    settled_at   timestamptz,
    CONSTRAINT delivery_once UNIQUE (webhook, told),
    CONSTRAINT delivery_state CHECK (state IN ('WAITING', 'DELIVERED', 'GAVE_UP')),
    CONSTRAINT delivery_settled CHECK ((settled_at IS NULL) = (state = 'WAITING'))
);
CREATE INDEX delivery_of_webhook_idx ON monitoring.delivery (webhook, sequence);
CREATE INDEX delivery_due_idx ON monitoring.delivery (webhook, due_at) WHERE state = 'WAITING';
CREATE INDEX delivery_order_idx ON monitoring.delivery (webhook, subject, sequence) WHERE state = 'WAITING';
CREATE INDEX delivery_settled_idx ON monitoring.delivery (settled_at) WHERE settled_at IS NOT NULL;
