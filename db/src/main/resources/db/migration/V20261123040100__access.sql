-- Who may do what. Secrets are never here, only their digests.
CREATE SCHEMA access;

CREATE TABLE access.principal (
    id   text COLLATE "C" PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE access.role_assignment (
    principal text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    role      text             NOT NULL,
    workspace text COLLATE "C" REFERENCES workspace.workspace (name), -- null: on the whole server
    CONSTRAINT role_known CHECK (role IN ('OWNER', 'CONTRIBUTOR', 'DATA_SCIENTIST', 'COMPUTE_OPERATOR', 'READER', 'RUN')),
    CONSTRAINT role_assignment_once UNIQUE NULLS NOT DISTINCT (principal, role, workspace)
);

CREATE TABLE access.credential (
    id           uuid PRIMARY KEY,
    kind         text             NOT NULL,
    principal    text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    name         text             NOT NULL,
    digest       text COLLATE "C" NOT NULL UNIQUE,
    run          text COLLATE "C",
    created_at   timestamptz      NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    CONSTRAINT credential_kind_known CHECK (kind IN ('PERSONAL_TOKEN', 'RUN_TOKEN', 'SESSION', 'SIGN_IN_LINK')),
    CONSTRAINT credential_run_iff_run_token CHECK ((run IS NOT NULL) = (kind = 'RUN_TOKEN')),
    CONSTRAINT credential_digest_form CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX credential_owner_idx ON access.credential (principal, kind, created_at);
CREATE INDEX credential_run_idx ON access.credential (run) WHERE run IS NOT NULL AND revoked_at IS NULL;
