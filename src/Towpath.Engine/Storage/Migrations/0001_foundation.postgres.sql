-- Microseconds since 1970, UTC: the one clock that leases and delays go by.
CREATE FUNCTION towpath_now() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT (date_part('epoch', statement_timestamp()) * 1000000)::bigint $$;

-- Ends the whole transaction when a statement did not touch as many rows as it had to.
CREATE FUNCTION towpath_expect(touched bigint, expected bigint, state text, what text) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    IF touched <> expected THEN
        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = what;
    END IF;
END
$$;

-- One row per commit, so that an outcome which a cut connection left unknown can be read back.
-- A refused row was put there by whoever asked first: the commit of that id can never succeed any more.
CREATE TABLE operations (
    id text COLLATE "C" PRIMARY KEY,
    at bigint NOT NULL,
    refused boolean NOT NULL DEFAULT FALSE
);

CREATE TABLE deployments (
    id text COLLATE "C" PRIMARY KEY,
    reversed text COLLATE "C" NOT NULL,
    application text NOT NULL,
    environment text NOT NULL,
    digest text NOT NULL,
    phase text NOT NULL,
    revision bigint NOT NULL,
    requested_at bigint NOT NULL,
    finished_at bigint,
    state text NOT NULL
) WITH (fillfactor = 75);
-- The document changes with every step; lz4 packs it in a fraction of the default's time, where the server has it.
DO $$
BEGIN
    EXECUTE 'ALTER TABLE deployments ALTER COLUMN state SET COMPRESSION lz4';
EXCEPTION WHEN OTHERS THEN
    NULL;
END
$$;
CREATE INDEX deployments_reversed ON deployments (reversed);
CREATE INDEX deployments_place ON deployments (application, environment, id);
CREATE INDEX deployments_succeeded ON deployments (application, digest) WHERE phase = 'succeeded';
CREATE INDEX deployments_open ON deployments (application, id)
    WHERE phase IN ('waiting', 'queued', 'running', 'verifying', 'rolling_back', 'needs_attention');
CREATE UNIQUE INDEX deployments_one_active ON deployments (application, environment)
    WHERE phase IN ('running', 'verifying', 'rolling_back', 'needs_attention');

CREATE TABLE journal (
    deployment text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    at bigint NOT NULL,
    event text NOT NULL,
    from_phase text NOT NULL,
    to_phase text NOT NULL,
    step text,
    attempt bigint NOT NULL,
    data text NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (deployment, revision)
);

CREATE TABLE log_lines (
    deployment text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    step text NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (deployment, sequence)
);

CREATE TABLE builds (
    id text COLLATE "C" PRIMARY KEY,
    application text NOT NULL,
    version text NOT NULL,
    reported_at bigint NOT NULL,
    state text NOT NULL,
    CONSTRAINT builds_version UNIQUE (application, version)
);
CREATE INDEX builds_newest ON builds (application, reported_at, id);

CREATE TABLE approvals (
    id text COLLATE "C" PRIMARY KEY,
    deployment text COLLATE "C" NOT NULL,
    role text NOT NULL,
    user_name text NOT NULL,
    digest text NOT NULL,
    policy_revision text NOT NULL,
    at bigint NOT NULL,
    state text NOT NULL,
    CONSTRAINT approvals_once UNIQUE (deployment, role, user_name, digest, policy_revision)
);

-- The board: maintained by every transaction that changes it.
CREATE TABLE environments (
    application text NOT NULL,
    environment text NOT NULL,
    gate_version bigint NOT NULL DEFAULT 0,
    running text,
    known_good text,
    active text,
    active_phase text,
    last text,
    last_phase text,
    lock_state text,
    suspension text,
    PRIMARY KEY (application, environment)
) WITH (fillfactor = 75);

CREATE TABLE audit (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    application text,
    environment text,
    deployment text,
    details text NOT NULL,
    position bigint,
    hash text
);
CREATE INDEX audit_unsealed ON audit (sequence) WHERE position IS NULL;
CREATE UNIQUE INDEX audit_position ON audit (position) WHERE position IS NOT NULL;
CREATE INDEX audit_application ON audit (application, sequence);
CREATE INDEX audit_deployment ON audit (deployment, sequence);

CREATE FUNCTION towpath_audit_stands() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'audit entries are never removed';
    END IF;
    IF OLD.position IS NOT NULL OR OLD.hash IS NOT NULL OR NEW.position IS NULL OR NEW.hash IS NULL
        OR (OLD.sequence, OLD.id, OLD.at, OLD.actor, OLD.action, OLD.application, OLD.environment, OLD.deployment, OLD.details)
        IS DISTINCT FROM (NEW.sequence, NEW.id, NEW.at, NEW.actor, NEW.action, NEW.application, NEW.environment, NEW.deployment, NEW.details) THEN
        RAISE EXCEPTION 'audit entries are never changed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION towpath_audit_stands();
CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION towpath_audit_stands();

CREATE TABLE audit_head (
    id bigint PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, repeat('0', 64));

CREATE TABLE tokens (
    id text COLLATE "C" PRIMARY KEY,
    hash text COLLATE "C" NOT NULL UNIQUE,
    user_name text NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    applications text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    administrator boolean NOT NULL
);

CREATE TABLE sessions (
    hash text COLLATE "C" PRIMARY KEY,
    token_id text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sessions_token ON sessions (token_id);

CREATE TABLE configurations (
    revision text PRIMARY KEY,
    source text,
    files text NOT NULL,
    taken_up_at bigint NOT NULL
);
CREATE TABLE current_configuration (
    id bigint PRIMARY KEY CHECK (id = 1),
    revision text NOT NULL
);
INSERT INTO current_configuration VALUES (1, '');

CREATE TABLE settings (
    name text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
);

-- The work table. Ids are given out under the queue's lock, so within a queue they stand in the order of the line.
CREATE TABLE work (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL,
    subject text NOT NULL,
    payload text,
    capability text,
    head boolean NOT NULL,
    due_at bigint NOT NULL,
    owner text,
    lease_until bigint NOT NULL DEFAULT 0,
    token bigint NOT NULL DEFAULT 0,
    failures bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX work_one_head ON work (queue) WHERE head;
CREATE INDEX work_line ON work (queue, id);
CREATE INDEX work_due ON work (due_at) WHERE head;
CREATE INDEX work_owner ON work (owner) WHERE owner IS NOT NULL;

-- Asked all day with ever other arguments; planned anew each time, planning would cost more than claiming.
CREATE FUNCTION towpath_claim(node text, lease bigint, capabilities text[], most bigint)
RETURNS TABLE (id bigint, kind text, queue text, subject text, payload text, token bigint, failures bigint, due_at bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS
$$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE work SET owner = node, lease_until = towpath_now() + lease, token = CASE WHEN work.token + 1 > towpath_now() THEN work.token + 1 ELSE towpath_now() END
    FROM (
        SELECT w.id AS due FROM work AS w
        WHERE w.head AND w.due_at <= towpath_now() AND (w.owner IS NULL OR w.lease_until <= towpath_now()) AND (w.capability IS NULL OR w.capability = ANY(capabilities))
        ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED) AS free
    WHERE work.id = free.due
    RETURNING work.id, work.kind, work.queue, work.subject, work.payload, work.token, work.failures, work.due_at;
END
$$;

CREATE TABLE work_set_aside (
    id bigint PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    at bigint NOT NULL
);

-- One transition of a claimed deployment: what CommitWriter sends one by one for other commits, in the same order.
CREATE FUNCTION towpath_transition(
    operation text, row_id bigint, row_token bigint,
    d_id text, d_expected bigint, d_phase text, d_revision bigint, d_finished_at bigint, d_state text,
    j_deployment text, j_revision bigint, j_at bigint, j_event text, j_from text, j_to text, j_step text, j_attempt bigint, j_data text,
    a_id text, a_at bigint, a_actor text, a_action text, a_application text, a_environment text, a_deployment text, a_details text)
RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    IF operation IS NOT NULL THEN
        INSERT INTO operations (id, at) VALUES (operation, towpath_now());
    END IF;
    PERFORM 1 FROM work WHERE id = row_id AND token = row_token AND owner IS NOT NULL AND lease_until > towpath_now() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'TP002', MESSAGE = 'another node owns this work now';
    END IF;
    UPDATE deployments SET phase = d_phase, revision = d_revision, finished_at = d_finished_at, state = d_state WHERE id = d_id AND revision = d_expected;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'TP001', MESSAGE = format('deployment %s is no longer at revision %s', d_id, d_expected);
    END IF;
    INSERT INTO journal (deployment, revision, at, event, from_phase, to_phase, step, attempt, data)
    VALUES (j_deployment, j_revision, j_at, j_event, j_from, j_to, j_step, j_attempt, j_data);
    IF a_id IS NOT NULL THEN
        INSERT INTO audit (id, at, actor, action, application, environment, deployment, details)
        VALUES (a_id, a_at, a_actor, a_action, a_application, a_environment, a_deployment, a_details);
    END IF;
END
$$;
