-- What tokens are confined to, and what service principals sign in by.
ALTER TABLE access.credential
    DROP CONSTRAINT credential_kind_known,
    ADD COLUMN permissions    text[],                -- null for all, also those of later versions
    ADD COLUMN only_workspace text COLLATE "C",      -- null for all
    ADD COLUMN until          timestamptz,           -- when the last credential made with it ends; null when nothing bounds it
    ADD COLUMN made_with      uuid,                  -- the secret, certificate or trust that an access token was given for
    ADD COLUMN last_used_from text,
    ADD CONSTRAINT credential_kind_known CHECK (kind IN
        ('PERSONAL_TOKEN', 'CLIENT_SECRET', 'ACCESS_TOKEN', 'RUN_TOKEN', 'SESSION', 'SIGN_IN_LINK')),
    ADD CONSTRAINT credential_made_with_iff_access_token CHECK ((made_with IS NOT NULL) = (kind = 'ACCESS_TOKEN'));
CREATE INDEX credential_made_with_idx ON access.credential (made_with) WHERE made_with IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX credential_ended_idx ON access.credential (expires_at) WHERE kind = 'ACCESS_TOKEN';

CREATE TABLE access.client_certificate (
    id           uuid PRIMARY KEY,
    service      text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    name         text             NOT NULL,
    subject      text             NOT NULL,
    thumbprint   text COLLATE "C" NOT NULL,
    pem          text             NOT NULL,
    created_at   timestamptz      NOT NULL,
    not_before   timestamptz      NOT NULL,
    expires_at   timestamptz      NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT client_certificate_once UNIQUE (service, thumbprint)
);

CREATE TABLE access.federated_trust (
    id           uuid PRIMARY KEY,
    service      text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    name         text             NOT NULL,
    issuer       text COLLATE "C" NOT NULL,
    audience     text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL, -- a pattern with *
    claims       jsonb            NOT NULL, -- patterns by the name of the claim
    created_at   timestamptz      NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT federated_trust_once UNIQUE (service, name)
);

-- Signed statements that were used, until they end by themselves.
CREATE TABLE access.used_statement (
    digest text COLLATE "C" PRIMARY KEY,
    until  timestamptz NOT NULL,
    CONSTRAINT used_statement_form CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX used_statement_until_idx ON access.used_statement (until);

-- Which runs were made with the token of another: with it they may be changed, and other people's may not.
CREATE TABLE experiment.run_made (
    run text COLLATE "C" PRIMARY KEY REFERENCES experiment.run (id) ON DELETE CASCADE,
    by  text COLLATE "C" NOT NULL
);

SELECT access.audit('access.client_certificate', 'certificate', 'service', 'name', 'last_used_at,pem');
SELECT access.audit('access.federated_trust', 'federation', 'service', 'name', 'last_used_at');

-- Where a token was last used from is no change of it either, and that an ended access token is forgotten is no news.
DROP TRIGGER audited ON access.credential;
CREATE TRIGGER audited AFTER INSERT ON access.credential
    FOR EACH ROW EXECUTE FUNCTION access.tell_change('credential', 'principal', 'id', 'last_used_at,last_used_from');
CREATE TRIGGER audited_end AFTER DELETE ON access.credential
    FOR EACH ROW WHEN (OLD.kind <> 'ACCESS_TOKEN')
    EXECUTE FUNCTION access.tell_change('credential', 'principal', 'id', 'last_used_at,last_used_from');
DROP TRIGGER audited_change ON access.credential;
CREATE TRIGGER audited_change AFTER UPDATE ON access.credential FOR EACH ROW
    WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at
        OR OLD.principal <> NEW.principal OR OLD.digest <> NEW.digest)
    EXECUTE FUNCTION access.tell_change('credential', 'principal', 'id', 'last_used_at,last_used_from');
