-- Written by EF Core from the migrations in this folder. After adding one: ./test --update

CREATE TABLE IF NOT EXISTS "gatehouse_migrations" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK_gatehouse_migrations" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "gatehouse_artifacts" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_artifacts" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "family_id" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "subject" TEXT NULL,
    "secret_hash" BLOB NOT NULL,
    "payload" TEXT NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "spent_at" INTEGER NULL,
    "receipt" BLOB NULL
);

CREATE TABLE "gatehouse_attempts" (
    "key" TEXT NOT NULL CONSTRAINT "PK_gatehouse_attempts" PRIMARY KEY,
    "failures" INTEGER NOT NULL,
    "last_at" INTEGER NOT NULL
);

CREATE TABLE "gatehouse_clients" (
    "client_id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_clients" PRIMARY KEY,
    "metadata" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "registration" TEXT NULL,
    "unused_until" INTEGER NULL
);

CREATE TABLE "gatehouse_consents" (
    "subject" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "granted_at" INTEGER NOT NULL,
    CONSTRAINT "PK_gatehouse_consents" PRIMARY KEY ("subject", "client_id")
);

CREATE TABLE "gatehouse_families" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_families" PRIMARY KEY,
    "client_id" TEXT NOT NULL,
    "subject" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL,
    "session_id" TEXT NULL,
    "scope" TEXT NULL,
    "last_used_at" INTEGER NULL
);

CREATE TABLE "gatehouse_logout_notices" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_logout_notices" PRIMARY KEY,
    "client_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "session_id" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "due_at" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL
);

CREATE TABLE "gatehouse_remembered_keys" (
    "key" TEXT NOT NULL CONSTRAINT "PK_gatehouse_remembered_keys" PRIMARY KEY,
    "expires_at" INTEGER NOT NULL
);

CREATE TABLE "gatehouse_sessions" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_sessions" PRIMARY KEY,
    "subject" TEXT NOT NULL,
    "stamp" TEXT NOT NULL,
    "signed_in_at" INTEGER NOT NULL,
    "last_seen_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "amr" TEXT NULL,
    "acr" TEXT NULL,
    "device" TEXT NULL,
    "clients" TEXT NOT NULL
);

CREATE TABLE "gatehouse_signing_keys" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_signing_keys" PRIMARY KEY,
    "number" INTEGER NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "sealed_private_key" BLOB NOT NULL,
    "created_at" INTEGER NOT NULL,
    "activates_at" INTEGER NOT NULL,
    "retired_at" INTEGER NULL,
    "replacement" INTEGER NOT NULL
);

CREATE TABLE "gatehouse_versions" (
    "name" TEXT NOT NULL CONSTRAINT "PK_gatehouse_versions" PRIMARY KEY,
    "value" INTEGER NOT NULL
);

INSERT INTO "gatehouse_versions" ("name", "value")
VALUES ('clients', 1);
SELECT changes();


CREATE INDEX "gatehouse_artifacts_expires_at" ON "gatehouse_artifacts" ("expires_at");

CREATE INDEX "gatehouse_attempts_last_at" ON "gatehouse_attempts" ("last_at");

CREATE INDEX "gatehouse_clients_unused_until" ON "gatehouse_clients" ("unused_until") WHERE unused_until IS NOT NULL;

CREATE INDEX "gatehouse_families_client_id" ON "gatehouse_families" ("client_id");

CREATE INDEX "gatehouse_families_expires_at" ON "gatehouse_families" ("expires_at");

CREATE INDEX "gatehouse_families_session_id" ON "gatehouse_families" ("session_id") WHERE session_id IS NOT NULL;

CREATE INDEX "gatehouse_families_subject" ON "gatehouse_families" ("subject");

CREATE INDEX "gatehouse_logout_notices_due_at" ON "gatehouse_logout_notices" ("due_at");

CREATE INDEX "gatehouse_remembered_keys_expires_at" ON "gatehouse_remembered_keys" ("expires_at");

CREATE INDEX "gatehouse_sessions_expires_at" ON "gatehouse_sessions" ("expires_at");

CREATE INDEX "gatehouse_sessions_subject" ON "gatehouse_sessions" ("subject");

CREATE UNIQUE INDEX "gatehouse_signing_keys_number" ON "gatehouse_signing_keys" ("number");

INSERT INTO "gatehouse_migrations" ("MigrationId", "ProductVersion")
VALUES ('20261124120000_Initial', '10.0.15');

CREATE TABLE "gatehouse_audit_events" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_audit_events" PRIMARY KEY,
    "at" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "client_id" TEXT NULL,
    "subject" TEXT NULL,
    "address" TEXT NULL,
    "details" TEXT NULL,
    "node" TEXT NOT NULL
);

CREATE TABLE "gatehouse_data_protection_keys" (
    "id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_data_protection_keys" PRIMARY KEY,
    "xml" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);

INSERT INTO "gatehouse_migrations" ("MigrationId", "ProductVersion")
VALUES ('20261128120000_Operators', '10.0.15');
