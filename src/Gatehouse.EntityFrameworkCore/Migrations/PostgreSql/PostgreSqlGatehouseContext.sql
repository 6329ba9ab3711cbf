-- Written by EF Core from the migrations in this folder. After adding one: ./test --update

CREATE TABLE IF NOT EXISTS gatehouse_migrations (
    "MigrationId" character varying(150) NOT NULL,
    "ProductVersion" character varying(32) NOT NULL,
    CONSTRAINT "PK_gatehouse_migrations" PRIMARY KEY ("MigrationId")
);

CREATE TABLE gatehouse_artifacts (
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    family_id uuid NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    secret_hash bytea NOT NULL,
    payload text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    spent_at bigint,
    receipt bytea,
    CONSTRAINT "PK_gatehouse_artifacts" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_attempts (
    key text COLLATE "C" NOT NULL,
    failures integer NOT NULL,
    last_at bigint NOT NULL,
    CONSTRAINT "PK_gatehouse_attempts" PRIMARY KEY (key)
);

CREATE TABLE gatehouse_clients (
    client_id text COLLATE "C" NOT NULL,
    metadata text COLLATE "C" NOT NULL,
    secrets text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    registration text COLLATE "C",
    unused_until bigint,
    CONSTRAINT "PK_gatehouse_clients" PRIMARY KEY (client_id)
);

CREATE TABLE gatehouse_consents (
    subject text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    granted_at bigint NOT NULL,
    CONSTRAINT "PK_gatehouse_consents" PRIMARY KEY (subject, client_id)
);

CREATE TABLE gatehouse_families (
    id uuid NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    session_id text COLLATE "C",
    scope text COLLATE "C",
    last_used_at bigint,
    CONSTRAINT "PK_gatehouse_families" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_logout_notices (
    id uuid NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    session_id text COLLATE "C",
    created_at bigint NOT NULL,
    due_at bigint NOT NULL,
    attempts integer NOT NULL,
    CONSTRAINT "PK_gatehouse_logout_notices" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_remembered_keys (
    key text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT "PK_gatehouse_remembered_keys" PRIMARY KEY (key)
);

CREATE TABLE gatehouse_sessions (
    id text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    stamp text COLLATE "C" NOT NULL,
    signed_in_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    amr text COLLATE "C",
    acr text COLLATE "C",
    device text COLLATE "C",
    clients text COLLATE "C" NOT NULL,
    CONSTRAINT "PK_gatehouse_sessions" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_signing_keys (
    id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    algorithm text COLLATE "C" NOT NULL,
    public_key text COLLATE "C" NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at bigint NOT NULL,
    activates_at bigint NOT NULL,
    retired_at bigint,
    replacement integer NOT NULL,
    CONSTRAINT "PK_gatehouse_signing_keys" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_versions (
    name text COLLATE "C" NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT "PK_gatehouse_versions" PRIMARY KEY (name)
);

INSERT INTO gatehouse_versions (name, value)
VALUES ('clients', 1);

CREATE INDEX gatehouse_artifacts_expires_at ON gatehouse_artifacts (expires_at);

CREATE INDEX gatehouse_attempts_last_at ON gatehouse_attempts (last_at);

CREATE INDEX gatehouse_clients_unused_until ON gatehouse_clients (unused_until) WHERE unused_until IS NOT NULL;

CREATE INDEX gatehouse_families_client_id ON gatehouse_families (client_id);

CREATE INDEX gatehouse_families_expires_at ON gatehouse_families (expires_at);

CREATE INDEX gatehouse_families_session_id ON gatehouse_families (session_id) WHERE session_id IS NOT NULL;

CREATE INDEX gatehouse_families_subject ON gatehouse_families (subject);

CREATE INDEX gatehouse_logout_notices_due_at ON gatehouse_logout_notices (due_at);

CREATE INDEX gatehouse_remembered_keys_expires_at ON gatehouse_remembered_keys (expires_at);

CREATE INDEX gatehouse_sessions_expires_at ON gatehouse_sessions (expires_at);

CREATE INDEX gatehouse_sessions_subject ON gatehouse_sessions (subject);

CREATE UNIQUE INDEX gatehouse_signing_keys_number ON gatehouse_signing_keys (number);

INSERT INTO gatehouse_migrations ("MigrationId", "ProductVersion")
VALUES ('20261124120000_Initial', '10.0.15');

ALTER TABLE gatehouse_families SET (fillfactor=80);

CREATE TABLE gatehouse_audit_events (
    id uuid NOT NULL,
    at bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    client_id text COLLATE "C",
    subject text COLLATE "C",
    address text COLLATE "C",
    details text COLLATE "C",
    node text COLLATE "C" NOT NULL,
    CONSTRAINT "PK_gatehouse_audit_events" PRIMARY KEY (id)
);

CREATE TABLE gatehouse_data_protection_keys (
    id text COLLATE "C" NOT NULL,
    xml text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT "PK_gatehouse_data_protection_keys" PRIMARY KEY (id)
);

INSERT INTO gatehouse_migrations ("MigrationId", "ProductVersion")
VALUES ('20261128120000_Operators', '10.0.15');
