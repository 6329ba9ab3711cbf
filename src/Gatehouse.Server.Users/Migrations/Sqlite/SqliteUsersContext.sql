-- Written by EF Core from the migrations in this folder. After adding one: ./test --update

CREATE TABLE IF NOT EXISTS "gatehouse_user_migrations" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK_gatehouse_user_migrations" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "gatehouse_users" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_gatehouse_users" PRIMARY KEY,
    "DisabledAt" TEXT NULL,
    "IsAdministrator" INTEGER NOT NULL,
    "Profile" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);

CREATE TABLE "gatehouse_user_claims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_gatehouse_user_claims" PRIMARY KEY AUTOINCREMENT,
    "UserId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_gatehouse_user_claims_gatehouse_users_UserId" FOREIGN KEY ("UserId") REFERENCES "gatehouse_users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "gatehouse_user_logins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" TEXT NOT NULL,
    CONSTRAINT "PK_gatehouse_user_logins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_gatehouse_user_logins_gatehouse_users_UserId" FOREIGN KEY ("UserId") REFERENCES "gatehouse_users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "gatehouse_user_passkeys" (
    "CredentialId" BLOB NOT NULL CONSTRAINT "PK_gatehouse_user_passkeys" PRIMARY KEY,
    "UserId" TEXT NOT NULL,
    "Data" TEXT NOT NULL,
    CONSTRAINT "FK_gatehouse_user_passkeys_gatehouse_users_UserId" FOREIGN KEY ("UserId") REFERENCES "gatehouse_users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "gatehouse_user_tokens" (
    "UserId" TEXT NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_gatehouse_user_tokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_gatehouse_user_tokens_gatehouse_users_UserId" FOREIGN KEY ("UserId") REFERENCES "gatehouse_users" ("Id") ON DELETE CASCADE
);

CREATE INDEX "IX_gatehouse_user_claims_UserId" ON "gatehouse_user_claims" ("UserId");

CREATE INDEX "IX_gatehouse_user_logins_UserId" ON "gatehouse_user_logins" ("UserId");

CREATE INDEX "IX_gatehouse_user_passkeys_UserId" ON "gatehouse_user_passkeys" ("UserId");

CREATE INDEX "gatehouse_users_email" ON "gatehouse_users" ("NormalizedEmail");

CREATE UNIQUE INDEX "gatehouse_users_name" ON "gatehouse_users" ("NormalizedUserName");

INSERT INTO "gatehouse_user_migrations" ("MigrationId", "ProductVersion")
VALUES ('20261124120000_Initial', '10.0.15');
