-- Environments that workspaces have registered. A version says the same for ever; only whether it is offered changes.
CREATE TABLE experiment.environment (
    workspace   text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name) ON DELETE CASCADE,
    name        text COLLATE "C" NOT NULL,
    version     text COLLATE "C" NOT NULL,
    description text,
    tags        jsonb            NOT NULL,
    spec        jsonb            NOT NULL,
    created_by  text COLLATE "C" NOT NULL,
    created_at  timestamptz      NOT NULL,
    -- Of versions that one moment registers, the later one.
    sequence    bigint GENERATED ALWAYS AS IDENTITY,
    archived_at timestamptz,
    PRIMARY KEY (workspace, name, version)
);
CREATE INDEX environment_newest_idx ON experiment.environment (workspace, name, sequence DESC);

SELECT access.audit('experiment.environment', 'environment', 'name', 'version');
