-- Schedules say what becomes of missed times, and each due time is accounted for once: by its firing, or by being left out.
ALTER TABLE schedule.schedule
    ADD COLUMN description text  NOT NULL DEFAULT '',
    ADD COLUMN tags        jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN catch_up    text  NOT NULL DEFAULT 'ONE',
    ADD CONSTRAINT schedule_catch_up_known CHECK (catch_up IN ('SKIP', 'ONE', 'ALL'));

-- How far a schedule is accounted for. Whoever accounts locks its row. Apart from the schedule, because it changes each time.
CREATE TABLE schedule.progress (
    workspace       text COLLATE "C" NOT NULL,
    schedule        text COLLATE "C" NOT NULL,
    accounted_until timestamptz      NOT NULL,
    next_due        timestamptz, -- null when there is none, and while the schedule is paused
    backfill_limit  integer          NOT NULL DEFAULT 1, -- how many runs of its back-fills go on at once
    PRIMARY KEY (workspace, schedule),
    FOREIGN KEY (workspace, schedule) REFERENCES schedule.schedule (workspace, name) ON DELETE CASCADE,
    CONSTRAINT progress_limit_from_one CHECK (backfill_limit >= 1)
);
CREATE INDEX progress_next_due_idx ON schedule.progress (next_due) WHERE next_due IS NOT NULL;

-- Until now only Quartz knew how far it was: each schedule goes on with the time that it was to fire next.
INSERT INTO schedule.progress (workspace, schedule, accounted_until, next_due)
SELECT s.workspace, s.name, coalesce(q.next_due - interval '1 millisecond', now()), CASE WHEN s.enabled THEN coalesce(q.next_due, now()) END
FROM schedule.schedule s
LEFT JOIN (
    SELECT job_group, job_name, to_timestamp(min(next_fire_time) / 1000.0) AS next_due
    FROM qrtz_triggers WHERE next_fire_time > 0 GROUP BY job_group, job_name
) q ON q.job_group = s.workspace AND q.job_name = s.name;
-- A schedule that is due next in the future is accounted for until now, and no further.
UPDATE schedule.progress SET accounted_until = least(accounted_until, now());

ALTER TABLE schedule.firing
    ADD COLUMN cause    text    NOT NULL DEFAULT 'DUE',
    ADD COLUMN tries    integer NOT NULL DEFAULT 0,
    ADD COLUMN next_try timestamptz, -- while it waits to be started
    ADD COLUMN trouble  text,        -- why the last try failed
    ADD CONSTRAINT firing_cause_known CHECK (cause IN ('DUE', 'CATCH_UP', 'BACKFILL', 'BY_HAND')),
    ADD CONSTRAINT firing_waits_or_is_settled CHECK (next_try IS NULL OR (run IS NULL AND refusal IS NULL));
CREATE INDEX firing_waiting_idx ON schedule.firing (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX firing_backfill_idx ON schedule.firing (workspace, schedule, run) WHERE cause = 'BACKFILL' AND run IS NOT NULL;

-- Due times in a row that did not start and are not made up for.
CREATE TABLE schedule.left_out (
    workspace text COLLATE "C" NOT NULL,
    schedule  text COLLATE "C" NOT NULL,
    since     timestamptz      NOT NULL, -- the first of them
    due_at    timestamptz      NOT NULL, -- the last of them
    times     bigint           NOT NULL,
    reason    text             NOT NULL,
    noted_at  timestamptz      NOT NULL,
    PRIMARY KEY (workspace, schedule, due_at),
    FOREIGN KEY (workspace, schedule) REFERENCES schedule.schedule (workspace, name) ON DELETE CASCADE,
    CONSTRAINT left_out_reason_known CHECK (reason IN ('MISSED', 'PAUSED')),
    CONSTRAINT left_out_in_order CHECK (since <= due_at AND times > 0)
);
