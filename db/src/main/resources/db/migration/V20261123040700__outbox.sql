-- Events, stored with the change that they tell of, and one delivery for each consumer that wants them.
CREATE SCHEMA outbox;

CREATE TABLE outbox.event (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type     text        NOT NULL,
    subject  text        NOT NULL,
    at       timestamptz NOT NULL,
    fields   jsonb       NOT NULL
);

CREATE TABLE outbox.delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event        bigint      NOT NULL REFERENCES outbox.event (sequence) ON DELETE CASCADE,
    consumer     text        NOT NULL,
    subject      text        NOT NULL, -- the event's, for the order
    due_at       timestamptz NOT NULL, -- a claimed delivery is due again when its claim runs out
    claimed_by   text,
    attempts     integer     NOT NULL DEFAULT 0,
    reason       text,                 -- why the last try failed
    delivered_at timestamptz,
    CONSTRAINT delivery_once UNIQUE (event, consumer)
);
CREATE INDEX delivery_due_idx ON outbox.delivery (event) WHERE delivered_at IS NULL;
CREATE INDEX delivery_order_idx ON outbox.delivery (consumer, subject, event) WHERE delivered_at IS NULL;
CREATE INDEX delivery_done_idx ON outbox.delivery (delivered_at) WHERE delivered_at IS NOT NULL;
