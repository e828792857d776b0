-- The audit trail: who did what to what, when and from where, what it was before and after, and what was refused.
--
-- Triggers write it, in the transaction of the change, so that no change is without its entry, whoever makes it and by
-- whatever code. The server says in the setting "millwright.audit" in whose name it works; a change without that is its own,
-- or that of somebody who signed in to the database.
--
-- Entries wait here, without an index in the way of whoever works, until the sealer puts them into the chain.
CREATE TABLE access.audit_waiting (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    action         text        NOT NULL,
    outcome        text        NOT NULL DEFAULT 'ALLOWED',
    reason         text,
    occurrences    integer     NOT NULL DEFAULT 1, -- of the same refusal, told of together
    principal      text,       -- null for the server itself, and when nobody is signed in
    principal_name text,
    credential     uuid,
    run            text,       -- whose token it was
    address        text,
    client         text,
    request        text,
    operation      text,       -- method and path, with names of places instead of what stood there
    permission     text,
    workspace      text,
    kind           text        NOT NULL,
    resource       text,
    part           text,       -- of the resource: a model's version, a role that a principal holds
    before         jsonb,
    after          jsonb
);

CREATE TABLE access.audit_event (
    sequence        bigint PRIMARY KEY,
    at              timestamptz      NOT NULL,
    action          text COLLATE "C" NOT NULL,
    outcome         text COLLATE "C" NOT NULL,
    reason          text,
    occurrences     integer          NOT NULL,
    principal       text COLLATE "C",
    principal_name  text,
    credential      uuid,
    credential_kind text,
    run             text COLLATE "C",
    address         text COLLATE "C",
    client          text,
    request         text COLLATE "C",
    operation       text COLLATE "C",
    permission      text COLLATE "C",
    workspace       text COLLATE "C",
    kind            text COLLATE "C" NOT NULL,
    resource        text COLLATE "C",
    part            text COLLATE "C",
    before          jsonb,
    after           jsonb,
    previous        text COLLATE "C" NOT NULL,
    hash            text COLLATE "C" NOT NULL,
    CONSTRAINT audit_event_from_one CHECK (sequence >= 1),
    CONSTRAINT audit_event_outcome_known CHECK (outcome IN ('ALLOWED', 'REFUSED', 'FAILED')),
    CONSTRAINT audit_event_hash_form CHECK (previous ~ '^[0-9a-f]{64}$' AND hash ~ '^[0-9a-f]{64}$')
);
-- One for each question, in the order of the answer.
CREATE INDEX audit_event_at_idx ON access.audit_event (at, sequence);
CREATE INDEX audit_event_principal_idx ON access.audit_event (principal, at, sequence);
CREATE INDEX audit_event_workspace_idx ON access.audit_event (workspace, at, sequence);
CREATE INDEX audit_event_resource_idx ON access.audit_event (resource, at, sequence);
CREATE INDEX audit_event_part_idx ON access.audit_event (part, at, sequence) WHERE part IS NOT NULL;
CREATE INDEX audit_event_kind_idx ON access.audit_event (kind, at, sequence);
CREATE INDEX audit_event_action_idx ON access.audit_event (action, at, sequence);
CREATE INDEX audit_event_operation_idx ON access.audit_event (operation, at, sequence);
CREATE INDEX audit_event_permission_idx ON access.audit_event (permission, at, sequence);
CREATE INDEX audit_event_address_idx ON access.audit_event (address, at, sequence);
CREATE INDEX audit_event_request_idx ON access.audit_event (request) WHERE request IS NOT NULL;
CREATE INDEX audit_event_run_idx ON access.audit_event (run, at, sequence) WHERE run IS NOT NULL;
CREATE INDEX audit_event_refused_idx ON access.audit_event (outcome, at, sequence) WHERE outcome <> 'ALLOWED';

-- Where the chain was cut by an operator who keeps the older rows elsewhere: the first row that is left follows this hash.
CREATE TABLE access.audit_cut (
    sequence bigint PRIMARY KEY, -- of the last row that was taken away
    hash     text        NOT NULL,
    archive  text        NOT NULL, -- SHA-256 of the file that the rows were exported to
    at       timestamptz NOT NULL,
    by       text        NOT NULL
);

-- Rows come, and stay as they came. Only the sealer takes what waits, and only a cut takes the oldest, and both say so.
CREATE FUNCTION access.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('millwright.audit_moving', true) = TG_TABLE_NAME THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit trail is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON access.audit_event FOR EACH ROW EXECUTE FUNCTION access.keep_audit();
CREATE TRIGGER audit_event_kept_whole BEFORE TRUNCATE ON access.audit_event EXECUTE FUNCTION access.keep_audit();
CREATE TRIGGER audit_waiting_kept BEFORE UPDATE OR DELETE ON access.audit_waiting FOR EACH ROW EXECUTE FUNCTION access.keep_audit();
CREATE TRIGGER audit_waiting_kept_whole BEFORE TRUNCATE ON access.audit_waiting EXECUTE FUNCTION access.keep_audit();
CREATE TRIGGER audit_cut_kept BEFORE UPDATE OR DELETE ON access.audit_cut FOR EACH ROW EXECUTE FUNCTION access.keep_audit();
CREATE TRIGGER audit_cut_kept_whole BEFORE TRUNCATE ON access.audit_cut EXECUTE FUNCTION access.keep_audit();

-- Whether what stands under this name must not be shown, wherever it stands: in a column, or deep in a document.
CREATE FUNCTION access.is_secret(name text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT name ~* '(secret|passw|passphrase|credential|cipher|sealed|authorization|private.?key|api.?key|access.?key|account.?key|connection.?string|token$)'
        OR name ~* '(^|[._-])(primary|secondary|signing|wrapped|encryption)_key$' OR name ~* '(^|[._-])(pass|pwd|sas|token)([._-]|$)'
        OR name = 'digest';
$$;

-- A value as the trail shows it: without secrets, without the parts of addresses in which they are put, and not too long.
CREATE FUNCTION access.shown(name text, value jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    plain text;
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN (
                SELECT coalesce(jsonb_object_agg(key, access.shown(CASE WHEN access.is_secret(name) THEN name ELSE key END, inner_value)), '{}')
                FROM jsonb_each(value) AS e (key, inner_value));
        WHEN 'array' THEN
            RETURN (
                SELECT coalesce(jsonb_agg(access.shown(name, element) ORDER BY place), '[]')
                FROM jsonb_array_elements(value) WITH ORDINALITY AS e (element, place));
        WHEN 'null', 'boolean' THEN
            RETURN value;
        ELSE
            IF access.is_secret(name) THEN
                RETURN '"(hidden)"';
            END IF;
            IF jsonb_typeof(value) = 'number' THEN
                RETURN value;
            END IF;
    END CASE;
    plain := value #>> '{}';
    IF name ~* '(url|uri)$' THEN
        plain := regexp_replace(plain, '^(https?://)([^/?#@]*@)?([^/?#]*)[/?#].+$', '\1\3/…', 'i');
    END IF;
    plain := regexp_replace(plain, '://[^/@[:space:]]+@', '://…@', 'g');
    plain := regexp_replace(plain, 'mw[a-z]_[A-Za-z0-9_-]{30,}', '(hidden)', 'g');
    IF length(plain) > 1000 THEN
        plain := left(plain, 1000) || format('… (%s characters, SHA-256 %s)', length(plain), encode(sha256(convert_to(plain, 'UTF8')), 'hex'));
    END IF;
    RETURN to_jsonb(plain);
END $$;

-- What of one is not so in the other, documents compared part by part.
CREATE FUNCTION access.difference(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN jsonb_typeof(value) = 'object' AND jsonb_typeof(other -> key) = 'object' THEN access.difference(value, other -> key)
        ELSE value END), '{}')
    FROM jsonb_each(one) WHERE value IS DISTINCT FROM other -> key;
$$;

-- Writes what happened to a row. Arguments: the kind of thing; the columns of its name; those of its part; columns that do
-- not matter, with commas between.
CREATE FUNCTION access.tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    attribution jsonb := nullif(current_setting('millwright.audit', true), '')::jsonb;
    was   jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - string_to_array(TG_ARGV[3], ',') END;
    is_so jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - string_to_array(TG_ARGV[3], ',') END;
    whole jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
    done  text  := CASE TG_OP WHEN 'INSERT' THEN 'CREATE' WHEN 'UPDATE' THEN 'CHANGE' ELSE 'DELETE' END;
    told_before jsonb;
    told_after  jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF was = is_so THEN
            RETURN NULL;
        END IF;
        told_before := access.difference(was, is_so);
        told_after := access.difference(is_so, was);
    ELSE
        told_before := jsonb_strip_nulls(was);
        told_after := jsonb_strip_nulls(is_so);
    END IF;
    IF TG_OP = 'UPDATE' AND is_so ? 'deleted_at' AND was -> 'deleted_at' IS DISTINCT FROM is_so -> 'deleted_at' THEN
        done := CASE WHEN is_so -> 'deleted_at' = 'null' THEN 'RESTORE' ELSE 'DELETE' END;
    END IF;
    IF TG_TABLE_NAME = 'credential' AND whole ->> 'kind' = 'SESSION' THEN
        done := CASE TG_OP WHEN 'INSERT' THEN 'SIGN_IN' ELSE 'SIGN_OUT' END;
    END IF;
    INSERT INTO access.audit_waiting
        (action, principal, principal_name, credential, run, address, client, request, operation, permission,
         workspace, kind, resource, part, before, after)
    VALUES (
        done,
        -- Whoever signs in is nobody yet.
        coalesce(attribution ->> 'principal', CASE WHEN done = 'SIGN_IN' THEN whole ->> 'principal' END),
        CASE
            WHEN attribution IS NOT NULL THEN attribution ->> 'name'
            WHEN current_setting('application_name') LIKE 'millwright%' THEN 'Server'
            ELSE format('Database user %s', session_user)
        END,
        (attribution ->> 'credential')::uuid,
        attribution ->> 'run',
        coalesce(attribution ->> 'address', host(inet_client_addr())),
        coalesce(attribution ->> 'client', current_setting('application_name')),
        attribution ->> 'request',
        attribution ->> 'operation',
        attribution ->> 'permission',
        whole ->> 'workspace',
        TG_ARGV[0],
        (SELECT string_agg(whole ->> name, ':' ORDER BY place) FROM unnest(string_to_array(TG_ARGV[1], ',')) WITH ORDINALITY AS c (name, place)),
        (SELECT string_agg(whole ->> name, ':' ORDER BY place) FROM unnest(string_to_array(TG_ARGV[2], ',')) WITH ORDINALITY AS c (name, place)),
        access.shown('', told_before),
        access.shown('', told_after));
    RETURN NULL;
END $$;

-- Emptying a whole table passes by its rows. The server never does it.
CREATE FUNCTION access.tell_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access.audit_waiting (action, principal_name, address, client, kind, reason)
    VALUES ('DELETE', format('Database user %s', session_user), host(inet_client_addr()), current_setting('application_name'),
        TG_ARGV[0], 'All of them: the table was truncated');
    RETURN NULL;
END $$;

-- Puts a table on the trail. Whoever adds a table that people configure calls it.
CREATE FUNCTION access.audit(audited regclass, kind text, resource text, part text DEFAULT '', without text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER audited AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION access.tell_change(%L, %L, %L, %L)',
        audited, kind, resource, part, 'revision,updated_at' || CASE WHEN without = '' THEN '' ELSE ',' || without END);
    EXECUTE format('CREATE TRIGGER audited_emptied AFTER TRUNCATE ON %s EXECUTE FUNCTION access.tell_emptied(%L)', audited, kind);
END $$;

SELECT access.audit('workspace.workspace', 'workspace', 'name');
SELECT access.audit('access.principal', 'principal', 'id', '', 'last_seen_at');
SELECT access.audit('access.membership', 'membership', 'member', 'grouping');
SELECT access.audit('access.role', 'role', 'name');
SELECT access.audit('access.role_assignment', 'role assignment', 'principal', 'role');
SELECT access.audit('compute.cluster', 'compute', 'name');
SELECT access.audit('registry.registered_model', 'model', 'name', '', 'last_version');
SELECT access.audit('registry.model_version', 'model', 'model', 'version');
SELECT access.audit('registry.approval_policy', 'approval policy', 'model', 'target');
SELECT access.audit('endpoint.online_endpoint', 'endpoint', 'name');
SELECT access.audit('schedule.schedule', 'schedule', 'name');
SELECT access.audit('monitoring.webhook', 'webhook', 'id', '', 'sequence');
SELECT access.audit('experiment.experiment', 'experiment', 'id');

-- A used token is no change of it.
CREATE TRIGGER audited AFTER INSERT OR DELETE ON access.credential
    FOR EACH ROW EXECUTE FUNCTION access.tell_change('credential', 'principal', 'id', 'last_used_at');
CREATE TRIGGER audited_change AFTER UPDATE ON access.credential FOR EACH ROW
    WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at
        OR OLD.principal <> NEW.principal OR OLD.digest <> NEW.digest)
    EXECUTE FUNCTION access.tell_change('credential', 'principal', 'id', 'last_used_at');

-- Of a run its beginning and its end on this server, and what somebody orders. What it logs is not told; nor are the runs of
-- an experiment that is deleted, restored or purged as a whole, because the experiment is.
CREATE TRIGGER audited AFTER INSERT OR DELETE ON experiment.run FOR EACH ROW
    WHEN (coalesce(current_setting('millwright.audit_whole', true), '') <> 'experiment')
    EXECUTE FUNCTION access.tell_change('run', 'id', '', 'revision,key,start_time,attempt,started_at,ended_at');
CREATE TRIGGER audited_change AFTER UPDATE ON experiment.run FOR EACH ROW
    WHEN ((OLD.deleted_at IS DISTINCT FROM NEW.deleted_at
            OR OLD.state <> NEW.state AND NEW.state IN ('CancelRequested', 'Canceled')
            OR OLD.name <> NEW.name OR OLD.workspace <> NEW.workspace OR OLD.experiment <> NEW.experiment)
        AND coalesce(current_setting('millwright.audit_whole', true), '') <> 'experiment')
    EXECUTE FUNCTION access.tell_change('run', 'id', '', 'revision,key,start_time,attempt,started_at,ended_at');

-- What a script logs of its model is not told, as it is not of a run.
CREATE TRIGGER audited AFTER INSERT OR DELETE ON registry.logged_model FOR EACH ROW
    WHEN (coalesce(current_setting('millwright.audit_whole', true), '') <> 'experiment')
    EXECUTE FUNCTION access.tell_change('logged model', 'id', '', 'revision,updated_at,parameters');
CREATE TRIGGER audited_change AFTER UPDATE ON registry.logged_model FOR EACH ROW
    WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.status <> NEW.status)
    EXECUTE FUNCTION access.tell_change('logged model', 'id', '', 'revision,updated_at,parameters');

-- The history of a model ends with the model, and of that the model's own row tells.
CREATE TRIGGER audited AFTER INSERT ON registry.promotion FOR EACH ROW
    EXECUTE FUNCTION access.tell_change('promotion', 'model', 'version', 'sequence');
CREATE TRIGGER audited AFTER INSERT ON registry.promotion_request FOR EACH ROW
    EXECUTE FUNCTION access.tell_change('promotion request', 'model', 'version', 'revision');
CREATE TRIGGER audited_change AFTER UPDATE ON registry.promotion_request FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.votes <> NEW.votes)
    EXECUTE FUNCTION access.tell_change('promotion request', 'model', 'version', 'revision');

-- The order is told; that it was carried out is told by the rows that go.
CREATE TRIGGER audited AFTER INSERT ON retention.purge FOR EACH ROW
    EXECUTE FUNCTION access.tell_change('purge', 'id', 'kind', 'sequence,files');

CREATE TRIGGER audited_emptied AFTER TRUNCATE ON access.credential EXECUTE FUNCTION access.tell_emptied('credential');
CREATE TRIGGER audited_emptied AFTER TRUNCATE ON experiment.run EXECUTE FUNCTION access.tell_emptied('run');
CREATE TRIGGER audited_emptied AFTER TRUNCATE ON registry.logged_model EXECUTE FUNCTION access.tell_emptied('logged model');
CREATE TRIGGER audited_emptied AFTER TRUNCATE ON registry.promotion EXECUTE FUNCTION access.tell_emptied('promotion');
