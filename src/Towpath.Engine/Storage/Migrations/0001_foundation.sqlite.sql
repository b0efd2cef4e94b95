-- One row per commit, so that an outcome which a cut connection left unknown can be read back.
-- A refused row was put there by whoever asked first: the commit of that id can never succeed any more.
CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    refused INTEGER NOT NULL DEFAULT FALSE
) WITHOUT ROWID;

CREATE TABLE deployments (
    id TEXT PRIMARY KEY,
    reversed TEXT NOT NULL,
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    digest TEXT NOT NULL,
    phase TEXT NOT NULL,
    revision INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    finished_at INTEGER,
    state TEXT NOT NULL
);
CREATE INDEX deployments_reversed ON deployments (reversed);
CREATE INDEX deployments_place ON deployments (application, environment, id);
CREATE INDEX deployments_succeeded ON deployments (application, digest) WHERE phase = 'succeeded';
CREATE INDEX deployments_open ON deployments (application, id)
    WHERE phase IN ('waiting', 'queued', 'running', 'verifying', 'rolling_back', 'needs_attention');
CREATE UNIQUE INDEX deployments_one_active ON deployments (application, environment)
    WHERE phase IN ('running', 'verifying', 'rolling_back', 'needs_attention');

CREATE TABLE journal (
    deployment TEXT NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    from_phase TEXT NOT NULL,
    to_phase TEXT NOT NULL,
    step TEXT,
    attempt INTEGER NOT NULL,
    data TEXT NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (deployment, revision)
);

CREATE TABLE log_lines (
    deployment TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (deployment, sequence)
);

CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    version TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT builds_version UNIQUE (application, version)
);
CREATE INDEX builds_newest ON builds (application, reported_at, id);

CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    deployment TEXT NOT NULL,
    role TEXT NOT NULL,
    user_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    policy_revision TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT approvals_once UNIQUE (deployment, role, user_name, digest, policy_revision)
);

-- The board: maintained by every transaction that changes it.
CREATE TABLE environments (
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    gate_version INTEGER NOT NULL DEFAULT 0,
    running TEXT,
    known_good TEXT,
    active TEXT,
    active_phase TEXT,
    last TEXT,
    last_phase TEXT,
    lock_state TEXT,
    suspension TEXT,
    PRIMARY KEY (application, environment)
);

CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    application TEXT,
    environment TEXT,
    deployment TEXT,
    details TEXT NOT NULL,
    position INTEGER,
    hash TEXT,
    CONSTRAINT audit_id UNIQUE (id)
);
CREATE INDEX audit_unsealed ON audit (sequence) WHERE position IS NULL;
CREATE UNIQUE INDEX audit_position ON audit (position) WHERE position IS NOT NULL;
CREATE INDEX audit_application ON audit (application, sequence);
CREATE INDEX audit_deployment ON audit (deployment, sequence);

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'audit entries are never removed');
END;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit
WHEN OLD.position IS NOT NULL OR OLD.hash IS NOT NULL OR NEW.position IS NULL OR NEW.hash IS NULL
    OR OLD.sequence <> NEW.sequence OR OLD.id <> NEW.id OR OLD.at <> NEW.at OR OLD.actor <> NEW.actor OR OLD.action <> NEW.action
    OR OLD.application IS NOT NEW.application OR OLD.environment IS NOT NEW.environment
    OR OLD.deployment IS NOT NEW.deployment OR OLD.details <> NEW.details
BEGIN
    SELECT raise(ABORT, 'audit entries are never changed');
END;

CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user_name TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    applications TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    administrator INTEGER NOT NULL
);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    token_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_token ON sessions (token_id);

CREATE TABLE configurations (
    revision TEXT PRIMARY KEY,
    source TEXT,
    files TEXT NOT NULL,
    taken_up_at INTEGER NOT NULL
);
CREATE TABLE current_configuration (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision TEXT NOT NULL
);
INSERT INTO current_configuration VALUES (1, '');

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The work table. Within a queue ids stand in the order of the line.
CREATE TABLE work (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    queue TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT,
    capability TEXT,
    head INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    owner TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    token INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX work_one_head ON work (queue) WHERE head;
CREATE INDEX work_line ON work (queue, id);
CREATE INDEX work_due ON work (due_at) WHERE head;
CREATE INDEX work_owner ON work (owner) WHERE owner IS NOT NULL;

CREATE TABLE work_set_aside (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    queue TEXT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    at INTEGER NOT NULL
);
