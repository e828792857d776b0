-- Which sessions an identity provider vouched for, and what it gave to ask it again. The tokens are sealed.
CREATE TABLE access.provider_session (
    credential       uuid             PRIMARY KEY REFERENCES access.credential (id) ON DELETE CASCADE,
    principal        text COLLATE "C" NOT NULL REFERENCES access.principal (id) ON DELETE CASCADE,
    provider         text COLLATE "C" NOT NULL,
    subject          text COLLATE "C" NOT NULL,
    provider_session text COLLATE "C", -- what the provider calls its own session, where it says so
    id_token         text             NOT NULL,
    refresh_token    text,             -- null when the provider gave none; then it cannot be asked
    check_at         timestamptz      NOT NULL
);
CREATE INDEX provider_session_due_idx ON access.provider_session (check_at) WHERE refresh_token IS NOT NULL;
CREATE INDEX provider_session_subject_idx ON access.provider_session (provider, subject);
CREATE INDEX provider_session_theirs_idx ON access.provider_session (provider, provider_session)
    WHERE provider_session IS NOT NULL;
CREATE INDEX provider_session_principal_idx ON access.provider_session (principal);
