using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gatehouse.EntityFrameworkCore.Migrations.PostgreSql
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
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    spent_at = table.Column<long>(type: "bigint", nullable: true),
                    receipt = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_artifacts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_attempts",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    last_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_attempts", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_clients",
                columns: table => new
                {
                    client_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    metadata = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    secrets = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    registration = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    unused_until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_clients", x => x.client_id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_consents",
                columns: table => new
                {
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    client_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    scope = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    granted_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_consents", x => new { x.subject, x.client_id });
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_families",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    session_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    scope = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    last_used_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_families", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_logout_notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    session_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_logout_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_remembered_keys",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    expires_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_remembered_keys", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    stamp = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    signed_in_at = table.Column<long>(type: "bigint", nullable: false),
                    last_seen_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    amr = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    acr = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    device = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    clients = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_signing_keys",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<int>(type: "integer", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    public_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sealed_private_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    activates_at = table.Column<long>(type: "bigint", nullable: false),
                    retired_at = table.Column<long>(type: "bigint", nullable: true),
                    replacement = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gatehouse_signing_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gatehouse_versions",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<long>(type: "bigint", nullable: false)
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
