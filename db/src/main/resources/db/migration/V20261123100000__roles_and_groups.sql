-- People, groups and services from identity providers; roles that teams make; roles on single resources; denials.
ALTER TABLE access.principal
    ADD COLUMN kind         text             NOT NULL DEFAULT 'USER',
    ADD COLUMN username     text,
    ADD COLUMN email        text,
    ADD COLUMN provider     text COLLATE "C",
    ADD COLUMN subject      text COLLATE "C",
    ADD COLUMN created_at   timestamptz      NOT NULL DEFAULT now(),
    ADD COLUMN last_seen_at timestamptz,
    ADD COLUMN disabled_at  timestamptz,
    ADD CONSTRAINT principal_kind_known CHECK (kind IN ('USER', 'GROUP', 'SERVICE')),
    ADD CONSTRAINT principal_identity_whole CHECK ((provider IS NULL) = (subject IS NULL)),
    ADD CONSTRAINT principal_identity_once UNIQUE (provider, subject);
CREATE INDEX principal_username_idx ON access.principal (lower(username)) WHERE username IS NOT NULL;
CREATE INDEX principal_email_idx ON access.principal (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE access.membership (
    member   text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    grouping text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    provided boolean          NOT NULL, -- the identity provider says so, and may say otherwise at the next sign-in
    PRIMARY KEY (member, grouping)
);
CREATE INDEX membership_group_idx ON access.membership (grouping);

CREATE TABLE access.role (
    name        text PRIMARY KEY,
    description text    NOT NULL,
    permissions text[]  NOT NULL, -- empty for the built-in ones, whose permissions are the server's
    built_in    boolean NOT NULL
);
CREATE UNIQUE INDEX role_name_once ON access.role (lower(name));
INSERT INTO access.role (name, description, permissions, built_in) VALUES
    ('Owner', '', '{}', true),
    ('Contributor', '', '{}', true),
    ('AzureML Data Scientist', '', '{}', true),
    ('AzureML Compute Operator', '', '{}', true),
    ('AzureML Registry User', '', '{}', true),
    ('Reader', '', '{}', true);

ALTER TABLE access.role_assignment
    DROP CONSTRAINT role_known,
    DROP CONSTRAINT role_assignment_once,
    ADD COLUMN id            uuid        NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    ADD COLUMN effect        text        NOT NULL DEFAULT 'ALLOW',
    ADD COLUMN resource_kind text,
    ADD COLUMN resource      text COLLATE "C",
    ADD COLUMN created_at    timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN created_by    text COLLATE "C" NOT NULL DEFAULT 'admin';
-- A run's rights are no longer a role that somebody could hold.
DELETE FROM access.role_assignment WHERE role = 'RUN';
UPDATE access.role_assignment SET role = CASE role
    WHEN 'OWNER' THEN 'Owner'
    WHEN 'CONTRIBUTOR' THEN 'Contributor'
    WHEN 'DATA_SCIENTIST' THEN 'AzureML Data Scientist'
    WHEN 'COMPUTE_OPERATOR' THEN 'AzureML Compute Operator'
    ELSE 'Reader' END;
ALTER TABLE access.role_assignment
    ADD CONSTRAINT role_assignment_role_fkey FOREIGN KEY (role) REFERENCES access.role (name),
    ADD CONSTRAINT role_assignment_effect_known CHECK (effect IN ('ALLOW', 'DENY')),
    ADD CONSTRAINT role_assignment_resource_known
        CHECK (resource_kind IN ('EXPERIMENT', 'MODEL', 'ENDPOINT', 'COMPUTE')),
    ADD CONSTRAINT role_assignment_resource_whole
        CHECK ((resource IS NULL) = (resource_kind IS NULL) AND (resource IS NULL OR workspace IS NOT NULL)),
    ADD CONSTRAINT role_assignment_once
        UNIQUE NULLS NOT DISTINCT (principal, role, effect, workspace, resource_kind, resource);
CREATE INDEX role_assignment_workspace_idx ON access.role_assignment (workspace, created_at);
CREATE INDEX role_assignment_role_idx ON access.role_assignment (role);
