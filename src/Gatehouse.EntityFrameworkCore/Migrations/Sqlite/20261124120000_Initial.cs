using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gatehouse.EntityFrameworkCore.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "gatehouse_artifacts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    family_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: true),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    spent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    receipt = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_artifacts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_attempts",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_attempts", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_clients",
                columns: table => new
                {
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    secrets = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    registration = table.Column<string>(type: "TEXT", nullable: true),
                    unused_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_clients", x => x.client_id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_consents",
                columns: table => new
                {
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    granted_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_consents", x => new { x.subject, x.client_id });
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_families",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    session_id = table.Column<string>(type: "TEXT", nullable: true),
                    scope = table.Column<string>(type: "TEXT", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_families", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_logout_notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    session_id = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_logout_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_remembered_keys",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_remembered_keys", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    stamp = table.Column<string>(type: "TEXT", nullable: false),
                    signed_in_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    amr = table.Column<string>(type: "TEXT", nullable: true),
                    acr = table.Column<string>(type: "TEXT", nullable: true),
                    device = table.Column<string>(type: "TEXT", nullable: true),
                    clients = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_signing_keys",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    algorithm = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<string>(type: "TEXT", nullable: false),
                    sealed_private_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    activates_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true),
                    replacement = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_signing_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_versions",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_versions", x => x.name);
                });

            migrationBuilder.InsertData(
                table: "gatehouse_versions",
                columns: new[] { "name", "value" },
                values: new object[] { "clients", 1L });

            migrationBuilder.CreateIndex(
                name: "gatehouse_artifacts_expires_at",
                table: "gatehouse_artifacts",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_attempts_last_at",
                table: "gatehouse_attempts",
                column: "last_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_clients_unused_until",
                table: "gatehouse_clients",
                column: "unused_until",
                filter: "unused_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "gatehouse_families_client_id",
                table: "gatehouse_families",
                column: "client_id");

            migrationBuilder.CreateIndex(
                name: "gatehouse_families_expires_at",
                table: "gatehouse_families",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_families_session_id",
                table: "gatehouse_families",
                column: "session_id",
                filter: "session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "gatehouse_families_subject",
                table: "gatehouse_families",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "gatehouse_logout_notices_due_at",
                table: "gatehouse_logout_notices",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_remembered_keys_expires_at",
                table: "gatehouse_remembered_keys",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_sessions_expires_at",
                table: "gatehouse_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "gatehouse_sessions_subject",
                table: "gatehouse_sessions",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "gatehouse_signing_keys_number",
                table: "gatehouse_signing_keys",
                column: "number",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gatehouse_artifacts");

            migrationBuilder.DropTable(
                name: "gatehouse_attempts");

            migrationBuilder.DropTable(
                name: "gatehouse_clients");

            migrationBuilder.DropTable(
                name: "gatehouse_consents");

            migrationBuilder.DropTable(
                name: "gatehouse_families");

            migrationBuilder.DropTable(
                name: "gatehouse_logout_notices");

            migrationBuilder.DropTable(
                name: "gatehouse_remembered_keys");

            migrationBuilder.DropTable(
                name: "gatehouse_sessions");

            migrationBuilder.DropTable(
                name: "gatehouse_signing_keys");

            migrationBuilder.DropTable(
                name: "gatehouse_versions");
        }
    }
}
