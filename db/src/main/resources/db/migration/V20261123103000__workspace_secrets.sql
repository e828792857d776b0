-- Values that workspaces keep for their jobs. What is here is sealed; the keys are elsewhere.
CREATE SCHEMA secret;

CREATE TABLE secret.workspace_secret (
    -- They go with their workspace: they are of use to its jobs only.
    workspace    text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name) ON DELETE CASCADE,
    name         text COLLATE "C" NOT NULL,
    sealed       text             NOT NULL,
    set_by       text COLLATE "C" NOT NULL,
    set_at       timestamptz      NOT NULL,
    created_at   timestamptz      NOT NULL,
    last_used_at timestamptz,
    last_used_by text COLLATE "C", -- the run
    PRIMARY KEY (workspace, name),
    CONSTRAINT workspace_secret_sealed CHECK (sealed LIKE 'v2|%'),
    CONSTRAINT workspace_secret_used_by_a_run CHECK ((last_used_at IS NULL) = (last_used_by IS NULL))
);

SELECT access.audit('secret.workspace_secret', 'secret', 'name', '', 'sealed,last_used_at,last_used_by');
