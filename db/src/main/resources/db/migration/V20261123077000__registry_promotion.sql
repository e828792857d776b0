-- Promotions of model versions: who held a stage or an alias since when, who must approve, and who was asked.
ALTER TABLE registry.model_version ADD COLUMN author text COLLATE "C"; -- null when nobody knows
UPDATE registry.model_version v SET author = p.id
FROM access.principal p WHERE v.user_name IN (p.id, p.name);

CREATE INDEX model_version_in_stage_idx ON registry.model_version (workspace, model, stage)
    WHERE stage IN ('STAGING', 'PRODUCTION');

CREATE TABLE registry.approval_policy (
    workspace  text COLLATE "C" NOT NULL,
    model      text COLLATE "C" NOT NULL,
    target     text COLLATE "C" NOT NULL, -- 'Production', '@champion'
    needed     integer          NOT NULL,
    approvers  text[]           NOT NULL, -- empty for everybody who may approve
    changed_by text COLLATE "C" NOT NULL,
    changed_at timestamptz      NOT NULL,
    PRIMARY KEY (workspace, model, target),
    FOREIGN KEY (workspace, model) REFERENCES registry.registered_model (workspace, name) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT approval_policy_can_be_met CHECK (needed >= 1 AND (cardinality(approvers) = 0 OR cardinality(approvers) >= needed))
);

CREATE TABLE registry.promotion_request (
    id         uuid PRIMARY KEY,
    workspace  text COLLATE "C" NOT NULL,
    model      text COLLATE "C" NOT NULL,
    version    integer          NOT NULL,
    target     text COLLATE "C" NOT NULL,
    requester  text COLLATE "C" NOT NULL,
    author     text COLLATE "C", -- of the version
    comment    text             NOT NULL,
    created_at timestamptz      NOT NULL,
    votes      jsonb            NOT NULL,
    state      text             NOT NULL,
    ended_at   timestamptz,
    revision   bigint           NOT NULL,
    FOREIGN KEY (workspace, model, version) REFERENCES registry.model_version (workspace, model, version)
        ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT promotion_request_state_known CHECK (state IN ('Open', 'Promoted', 'Rejected', 'Withdrawn')),
    CONSTRAINT promotion_request_ended_iff_over CHECK ((ended_at IS NULL) = (state = 'Open')),
    CONSTRAINT promotion_request_votes_list CHECK (jsonb_typeof(votes) = 'array')
);
-- The same is asked for once at a time.
CREATE UNIQUE INDEX promotion_request_open_idx ON registry.promotion_request (workspace, model, version, target)
    WHERE state = 'Open';
CREATE INDEX promotion_request_waiting_idx ON registry.promotion_request (workspace, created_at) WHERE state = 'Open';
CREATE INDEX promotion_request_of_model_idx ON registry.promotion_request (workspace, model, created_at DESC);

-- Only ever added to. The versions are numbers and no references: the history outlives them.
CREATE TABLE registry.promotion (
    sequence  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace text COLLATE "C" NOT NULL,
    model     text COLLATE "C" NOT NULL,
    target    text COLLATE "C" NOT NULL,
    version   integer, -- null when the place was given up
    previous  integer,
    how       text             NOT NULL,
    by        text COLLATE "C" NOT NULL,
    comment   text             NOT NULL,
    request   uuid,
    at        timestamptz      NOT NULL,
    FOREIGN KEY (workspace, model) REFERENCES registry.registered_model (workspace, name) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT promotion_how_known CHECK (how IN ('PROMOTED', 'APPROVED', 'ROLLED_BACK', 'MOVED', 'LEFT')),
    CONSTRAINT promotion_left_iff_nobody CHECK ((version IS NULL) = (how = 'LEFT'))
);
CREATE INDEX promotion_newest_idx ON registry.promotion (workspace, model, target, sequence DESC);

-- What already stands somewhere got there before there was a history.
INSERT INTO registry.promotion (workspace, model, target, version, previous, how, by, comment, at)
SELECT workspace, model, CASE stage WHEN 'STAGING' THEN 'Staging' ELSE 'Production' END, version, NULL, 'MOVED',
       coalesce(author, 'unknown'), '', updated_at
FROM registry.model_version WHERE stage IN ('STAGING', 'PRODUCTION') ORDER BY updated_at;
INSERT INTO registry.promotion (workspace, model, target, version, previous, how, by, comment, at)
SELECT m.workspace, m.name, '@' || a.key, a.value::integer, NULL, 'MOVED', 'unknown', '', m.updated_at
FROM registry.registered_model m, jsonb_each_text(m.aliases) a;

-- From a logged model to the runs that read it.
CREATE INDEX run_model_by_model_idx ON experiment.run_model (model, direction, run);
