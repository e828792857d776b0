-- Models that answer.
CREATE SCHEMA endpoint;

CREATE TABLE endpoint.online_endpoint (
    workspace     text COLLATE "C" NOT NULL REFERENCES workspace.workspace (name),
    name          text COLLATE "C" NOT NULL,
    description   text             NOT NULL,
    tags          jsonb            NOT NULL,
    deployments   jsonb            NOT NULL,
    traffic       jsonb            NOT NULL, -- percent by deployment
    primary_key   text             NOT NULL, -- sealed, as is the secondary
    secondary_key text             NOT NULL,
    created_at    timestamptz      NOT NULL,
    updated_at    timestamptz      NOT NULL,
    revision      bigint           NOT NULL,
    PRIMARY KEY (workspace, name),
    CONSTRAINT online_endpoint_tags_object CHECK (jsonb_typeof(tags) = 'object'),
    CONSTRAINT online_endpoint_traffic_object CHECK (jsonb_typeof(traffic) = 'object')
);
