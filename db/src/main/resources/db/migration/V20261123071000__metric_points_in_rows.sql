-- Points lie as they came: the points of one metric in one batch are one row. A row for each point spends most of its
-- bytes and nearly all of the writer's time on the row's header and the index, which is what limited the writing.
CREATE TABLE experiment.points_in_rows (
    run        bigint             NOT NULL,
    key        integer            NOT NULL,
    -- How many points of the metric came before. So a metric whose points came in order is read from any place on.
    position   bigint             NOT NULL,
    first_step bigint             NOT NULL,
    last_step  bigint             NOT NULL,
    -- By step, timestamp and value within the row; a NaN has the place of a 0. Not compressed: it would cost more than it saves.
    steps      bigint[]           STORAGE EXTERNAL NOT NULL,
    timestamps bigint[]           STORAGE EXTERNAL NOT NULL,
    values     double precision[] STORAGE EXTERNAL NOT NULL,
    CONSTRAINT metric_points_as_many CHECK (cardinality(steps) > 0
        AND cardinality(timestamps) = cardinality(steps) AND cardinality(values) = cardinality(steps)),
    CONSTRAINT metric_points_steps_span CHECK (first_step <= last_step)
);

INSERT INTO experiment.points_in_rows (run, key, position, first_step, last_step, steps, timestamps, values)
SELECT run, key, min(place), min(step), max(step),
    array_agg(step ORDER BY place), array_agg(timestamp ORDER BY place),
    array_agg(CASE WHEN nan THEN 'NaN' ELSE value END ORDER BY place)
FROM (
    SELECT *, row_number() OVER (PARTITION BY run, key ORDER BY step, timestamp, value, nan) - 1 AS place
    FROM experiment.metric_point
) AS placed
GROUP BY run, key, place / 1000;

-- What the writer must know of what is there already. It holds the run while it writes, so it may count by itself.
ALTER TABLE experiment.metric_summary
    ADD COLUMN numbers bigint           NOT NULL DEFAULT 0, -- points that are no NaN, and their sum
    ADD COLUMN total   double precision NOT NULL DEFAULT 0,
    ADD COLUMN newest  bigint           NOT NULL DEFAULT 0, -- the greatest timestamp
    ADD COLUMN by_step boolean          NOT NULL DEFAULT true, -- whether each point came after all that precede it by step
    ADD COLUMN by_time boolean          NOT NULL DEFAULT true; -- and whether it did so in the order of the history
UPDATE experiment.metric_summary s SET numbers = p.numbers, total = p.total, newest = p.newest, by_time = p.by_time
FROM (
    SELECT run, key, count(*) FILTER (WHERE NOT nan) AS numbers,
        coalesce(sum(value) FILTER (WHERE NOT nan AND abs(value) < 1e300), 0) AS total,
        max(timestamp) AS newest, bool_and(forward) AS by_time
    FROM (
        SELECT *, timestamp >= lag(timestamp, 1, timestamp) OVER (PARTITION BY run, key ORDER BY step, timestamp, value, nan) AS forward
        FROM experiment.metric_point
    ) AS looked_back
    GROUP BY run, key
) AS p
WHERE p.run = s.run AND p.key = s.key;

DROP TABLE experiment.metric_point;
ALTER TABLE experiment.points_in_rows RENAME TO metric_point;
ALTER TABLE experiment.metric_point ADD PRIMARY KEY (run, key, position);

-- Names are never deleted, and this was checked for each metric of each batch.
ALTER TABLE experiment.metric_summary DROP CONSTRAINT metric_summary_key_fkey;
ALTER TABLE experiment.model_metric DROP CONSTRAINT model_metric_key_fkey;
