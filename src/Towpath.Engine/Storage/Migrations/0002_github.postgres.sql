-- compatible
-- Webhook deliveries, kept before they are answered. `guid` has its parts in the order of time, so that new ones stand at the end of its index;
-- `body` is packed already, and stays in its row where it fits a page.
CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guid text COLLATE "C" NOT NULL CONSTRAINT deliveries_guid UNIQUE,
    lane bigint NOT NULL,
    event text NOT NULL,
    action text,
    repository_id bigint,
    installation_id bigint,
    received_at bigint NOT NULL,
    state text NOT NULL,
    note text,
    handled_at bigint,
    length bigint NOT NULL,
    body bytea NOT NULL
) WITH (toast_tuple_target = 8160);
ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX deliveries_pending ON deliveries (lane, id) WHERE state = 'pending';
CREATE INDEX deliveries_newest ON deliveries (received_at, id);
CREATE INDEX deliveries_trouble ON deliveries (received_at, id) WHERE state IN ('not_understood', 'failed');

-- What GitHub told, in whatever order: of each thing the newest stays. Whoever decides asks the API where a fact is disputed.
CREATE TABLE commit_facts (
    repository_id bigint NOT NULL,
    sha text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    app text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    fact_id bigint NOT NULL,
    url text,
    order_1 bigint NOT NULL,
    order_2 bigint NOT NULL,
    order_3 bigint NOT NULL,
    run bigint NOT NULL,
    PRIMARY KEY (repository_id, sha, kind, app, name, run)
);

CREATE TABLE ref_facts (
    repository_id bigint NOT NULL,
    ref text COLLATE "C" NOT NULL,
    sha text COLLATE "C",
    pushed_by text,
    author text,
    at bigint NOT NULL,
    disputed boolean NOT NULL,
    PRIMARY KEY (repository_id, ref)
);

CREATE TABLE pull_facts (
    repository_id bigint NOT NULL,
    number bigint NOT NULL,
    head_sha text COLLATE "C" NOT NULL,
    open boolean NOT NULL,
    at bigint NOT NULL,
    disputed boolean NOT NULL,
    state text COLLATE "C" NOT NULL,
    PRIMARY KEY (repository_id, number)
);
CREATE INDEX pull_facts_head ON pull_facts (repository_id, head_sha);
CREATE INDEX pull_facts_open ON pull_facts (repository_id, number) WHERE open;
CREATE INDEX pull_facts_disputed ON pull_facts (repository_id, number) WHERE disputed;

CREATE TABLE repository_names (
    repository_id bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    installation_id bigint,
    gone bigint NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX repository_names_name ON repository_names (lower(name));

-- Comments of pull requests that have a command, and what became of each.
CREATE TABLE pull_commands (
    repository_id bigint NOT NULL,
    comment_id bigint NOT NULL,
    number bigint NOT NULL,
    answer text NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (repository_id, comment_id)
);
CREATE INDEX pull_commands_pull ON pull_commands (repository_id, number, answer, comment_id);
CREATE INDEX builds_commit ON builds (application, substring(state from '"commit":"([0-9a-f]+)"'));

-- What tokens of workflow runs were used for, so that none is used for something else: by hash, until they are refused for their age.
CREATE TABLE used_tokens (
    token text COLLATE "C" NOT NULL,
    application text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    forget_at bigint NOT NULL,
    PRIMARY KEY (token, application)
);
CREATE INDEX used_tokens_forget ON used_tokens (forget_at);

-- What an environment is to get since something was pushed. One for each environment: the latest push that asks for it.
CREATE TABLE watches (
    application text COLLATE "C" NOT NULL,
    environment text COLLATE "C" NOT NULL,
    repository_id bigint NOT NULL,
    ref text COLLATE "C" NOT NULL,
    sha text COLLATE "C" NOT NULL,
    since bigint NOT NULL,
    state text NOT NULL,
    deployment text,
    reason text,
    updated_at bigint NOT NULL,
    PRIMARY KEY (application, environment)
);

-- What was told of and is to be looked at again: a ref, or a commit. Told of again meanwhile, it has another version.
CREATE TABLE watch_looks (
    repository_id bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    lane bigint NOT NULL,
    version bigint NOT NULL,
    failures bigint NOT NULL,
    due_at bigint NOT NULL,
    PRIMARY KEY (repository_id, subject)
);
CREATE INDEX watch_looks_due ON watch_looks (lane, due_at);

-- Workflow runs that a deployment started: what they report of the commit is no check of it.
CREATE TABLE deploying_runs (
    repository_id bigint NOT NULL,
    sha text COLLATE "C" NOT NULL,
    run_id bigint NOT NULL,
    PRIMARY KEY (repository_id, sha, run_id)
);

-- What GitHub shows of deployments here. `shown`: it stands there as one that is in place or on its way.
CREATE TABLE mirrors (
    deployment text COLLATE "C" PRIMARY KEY,
    application text COLLATE "C" NOT NULL,
    environment text COLLATE "C" NOT NULL,
    repository_id bigint NOT NULL,
    github_id bigint,
    state text,
    problem text,
    failures bigint NOT NULL,
    shown boolean NOT NULL
);
CREATE INDEX mirrors_shown ON mirrors (application, deployment) WHERE shown;

-- Workflow runs that asked whether they may deploy, and what they were told.
CREATE TABLE protection_requests (
    repository_id bigint NOT NULL,
    run_id bigint NOT NULL,
    environment text COLLATE "C" NOT NULL,
    sha text COLLATE "C" NOT NULL,
    asked_at bigint NOT NULL,
    told text,
    reports bigint NOT NULL,
    answer text,
    PRIMARY KEY (repository_id, run_id, environment)
);
CREATE INDEX protection_requests_waiting ON protection_requests (asked_at) WHERE answer IS NULL;

-- The newest request of an environment, so that of two who ask at once the second sees the first.
ALTER TABLE environments ADD COLUMN requested TEXT;

-- Sealing is all that ever changes a row of the audit log: whether a change is that one is told without the language of functions, which takes longer than the change.
DROP TRIGGER audit_stands ON audit;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit FOR EACH ROW
    WHEN (OLD.position IS NOT NULL OR OLD.hash IS NOT NULL OR NEW.position IS NULL OR NEW.hash IS NULL
        OR (OLD.sequence, OLD.id, OLD.at, OLD.actor, OLD.action, OLD.application, OLD.environment, OLD.deployment, OLD.details)
        IS DISTINCT FROM (NEW.sequence, NEW.id, NEW.at, NEW.actor, NEW.action, NEW.application, NEW.environment, NEW.deployment, NEW.details))
    EXECUTE FUNCTION towpath_audit_stands();
CREATE TRIGGER audit_stays BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION towpath_audit_stands();
