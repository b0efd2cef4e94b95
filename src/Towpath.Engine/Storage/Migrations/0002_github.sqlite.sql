-- compatible
-- Webhook deliveries, kept before they are answered. `guid` has its parts in the order of time, so that new ones stand at the end of its index;
-- `body` is packed and comes last, so that lists need not read past it.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    lane INTEGER NOT NULL,
    event TEXT NOT NULL,
    action TEXT,
    repository_id INTEGER,
    installation_id INTEGER,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    handled_at INTEGER,
    length INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX deliveries_pending ON deliveries (lane, id) WHERE state = 'pending';
CREATE INDEX deliveries_newest ON deliveries (received_at, id);
CREATE INDEX deliveries_trouble ON deliveries (received_at, id) WHERE state IN ('not_understood', 'failed');

-- What GitHub told, in whatever order: of each thing the newest stays. Whoever decides asks the API where a fact is disputed.
CREATE TABLE commit_facts (
    repository_id INTEGER NOT NULL,
    sha TEXT NOT NULL,
    kind TEXT NOT NULL,
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    fact_id INTEGER NOT NULL,
    url TEXT,
    order_1 INTEGER NOT NULL,
    order_2 INTEGER NOT NULL,
    order_3 INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (repository_id, sha, kind, app, name, run)
) WITHOUT ROWID;

CREATE TABLE ref_facts (
    repository_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    sha TEXT,
    pushed_by TEXT,
    author TEXT,
    at INTEGER NOT NULL,
    disputed INTEGER NOT NULL,
    PRIMARY KEY (repository_id, ref)
) WITHOUT ROWID;

CREATE TABLE pull_facts (
    repository_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    head_sha TEXT NOT NULL,
    open INTEGER NOT NULL,
    at INTEGER NOT NULL,
    disputed INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (repository_id, number)
) WITHOUT ROWID;
CREATE INDEX pull_facts_head ON pull_facts (repository_id, head_sha);
CREATE INDEX pull_facts_open ON pull_facts (repository_id, number) WHERE open;
CREATE INDEX pull_facts_disputed ON pull_facts (repository_id, number) WHERE disputed;

CREATE TABLE repository_names (
    repository_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    installation_id INTEGER,
    gone INTEGER NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX repository_names_name ON repository_names (lower(name));

-- Comments of pull requests that have a command, and what became of each.
CREATE TABLE pull_commands (
    repository_id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    answer TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (repository_id, comment_id)
) WITHOUT ROWID;
CREATE INDEX pull_commands_pull ON pull_commands (repository_id, number, answer, comment_id);
CREATE INDEX builds_commit ON builds (application, json_extract(state, '$.commit'));

-- What tokens of workflow runs were used for, so that none is used for something else: by hash, until they are refused for their age.
CREATE TABLE used_tokens (
    token TEXT NOT NULL,
    application TEXT NOT NULL,
    report TEXT NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (token, application)
) WITHOUT ROWID;
CREATE INDEX used_tokens_forget ON used_tokens (forget_at);

-- What an environment is to get since something was pushed. One for each environment: the latest push that asks for it.
CREATE TABLE watches (
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    repository_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    sha TEXT NOT NULL,
    since INTEGER NOT NULL,
    state TEXT NOT NULL,
    deployment TEXT,
    reason TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (application, environment)
) WITHOUT ROWID;

-- What was told of and is to be looked at again: a ref, or a commit. Told of again meanwhile, it has another version.
CREATE TABLE watch_looks (
    repository_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    lane INTEGER NOT NULL,
    version INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (repository_id, subject)
) WITHOUT ROWID;
CREATE INDEX watch_looks_due ON watch_looks (lane, due_at);

-- Workflow runs that a deployment started: what they report of the commit is no check of it.
CREATE TABLE deploying_runs (
    repository_id INTEGER NOT NULL,
    sha TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    PRIMARY KEY (repository_id, sha, run_id)
) WITHOUT ROWID;

-- What GitHub shows of deployments here. `shown`: it stands there as one that is in place or on its way.
CREATE TABLE mirrors (
    deployment TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    repository_id INTEGER NOT NULL,
    github_id INTEGER,
    state TEXT,
    problem TEXT,
    failures INTEGER NOT NULL,
    shown INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX mirrors_shown ON mirrors (application, deployment) WHERE shown;

-- Workflow runs that asked whether they may deploy, and what they were told.
CREATE TABLE protection_requests (
    repository_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    environment TEXT NOT NULL,
    sha TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    told TEXT,
    reports INTEGER NOT NULL,
    answer TEXT,
    PRIMARY KEY (repository_id, run_id, environment)
) WITHOUT ROWID;
CREATE INDEX protection_requests_waiting ON protection_requests (asked_at) WHERE answer IS NULL;

-- The newest request of an environment, so that of two who ask at once the second sees the first.
ALTER TABLE environments ADD COLUMN requested TEXT;
