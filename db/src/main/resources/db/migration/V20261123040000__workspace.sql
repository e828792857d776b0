-- The hub that everything else belongs to. Text that names things compares by code point ("C"), so that an order on a
-- page is the same on every machine.
CREATE SCHEMA workspace;

CREATE TABLE workspace.workspace (
    name           text COLLATE "C" PRIMARY KEY,
    description    text        NOT NULL,
    subscription   text        NOT NULL,
    resource_group text        NOT NULL,
    region         text        NOT NULL,
    tags           jsonb       NOT NULL,
    created_at     timestamptz NOT NULL,
    revision       bigint      NOT NULL,
    CONSTRAINT workspace_tags_object CHECK (jsonb_typeof(tags) = 'object')
);

INSERT INTO workspace.workspace (name, description, subscription, resource_group, region, tags, created_at, revision)
VALUES ('main', 'The workspace that every server has', '00000000-0000-0000-0000-000000000000', 'millwright', 'local', '{}', now(), 1);
