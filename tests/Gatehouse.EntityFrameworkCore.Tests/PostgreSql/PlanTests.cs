using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

/// <summary>The plans that PostgreSQL keeps: made once per connection, often while the tables are still empty.</summary>
public sealed partial class PlanTests(PostgreSqlDatabase database) : IClassFixture<PostgreSqlDatabase>
{
    private const string Artifacts = "text[], text[], uuid[], text[], text[], bytea[], text[], bigint[]";

    public static TheoryData<string, string> Statements { get; } = new()
    {
        { "text[]", PostgreSqlStatements.Find },
        { "uuid", PostgreSqlStatements.FindFamily },
        { $"text[], bigint[], bytea[], {Artifacts}, bigint[]", PostgreSqlStatements.Redeem },
        { "text, text, text", PostgreSqlStatements.Update },
        { "bigint, uuid", PostgreSqlStatements.RevokeFamily },
        { "bigint, text", PostgreSqlStatements.RevokeSubject },
        { "bigint, text", PostgreSqlStatements.RevokeClient },
        { "bigint, text, text", PostgreSqlStatements.RevokeSubjectAtClient },
        { "bigint, text", PostgreSqlStatements.RevokeSession },
        { "text, bigint, text, bigint", PostgreSqlStatements.ListClients },
        { "bigint, text, text", PostgreSqlStatements.RevokeSubjectExcept },
        { "uuid[], bigint[]", PostgreSqlStatements.RecordUse },
        { "bigint, bigint, bigint", PostgreSqlStatements.SweepArtifacts },
        { "bigint, bigint, bigint", PostgreSqlStatements.SweepRememberedKeys },
        { "bigint, bigint, bigint", PostgreSqlStatements.SweepFamilies },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_statement_reads_along_an_index_in_a_new_database_and_in_a_full_one(string types, string sql)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(ct);
        // As new, whichever statement was looked at before: an emptied table has been counted by nobody.
        await using (var empty = new NpgsqlCommand("TRUNCATE gatehouse_families, gatehouse_artifacts, gatehouse_remembered_keys", connection)) await empty.ExecuteNonQueryAsync(ct);
        AssertIndexed(await ExplainAsync(connection, types, sql));
        await using (var fill = new NpgsqlCommand(Fill, connection)) await fill.ExecuteNonQueryAsync(ct);
        AssertIndexed(await ExplainAsync(connection, types, sql));
    }

    [Fact]
    public async Task A_users_families_at_a_client_are_never_looked_for_among_all_of_the_clients()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(ct);
        // One client has half of all families, and a plan for any client does not know it.
        await using (var fill = new NpgsqlCommand("""
            TRUNCATE gatehouse_families;
            INSERT INTO gatehouse_families SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'the-app' ELSE 'client' || n % 200 END, 'subject' || (n * 7919) % (CASE WHEN n % 4 < 2 THEN 1000 ELSE 10000 END), n, n, NULL, NULL, NULL, NULL FROM generate_series(1, 30000) n;
            ANALYZE gatehouse_families;
            """, connection)) await fill.ExecuteNonQueryAsync(ct);
        var plan = await ExplainAsync(connection, "bigint, text, text", PostgreSqlStatements.RevokeSubjectAtClient);
        Assert.Contains("gatehouse_families_subject", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("gatehouse_families_client_id", plan, StringComparison.Ordinal);
    }

    private const string Fill = """
        INSERT INTO gatehouse_families SELECT gen_random_uuid(), 'client' || n % 100, 'subject' || n % 1000, n, n, NULL, 'sid' || n, NULL, NULL FROM generate_series(1, 5000) n;
        INSERT INTO gatehouse_artifacts SELECT gen_random_uuid(), 'refresh_token', id, client_id, subject, '\x00', '{}', expires_at, NULL, NULL FROM gatehouse_families;
        INSERT INTO gatehouse_remembered_keys SELECT gen_random_uuid(), n FROM generate_series(1, 5000) n;
        ANALYZE gatehouse_families, gatehouse_artifacts, gatehouse_remembered_keys;
        """;

    private static void AssertIndexed(string plan) => Assert.DoesNotContain("Seq Scan on gatehouse_", plan, StringComparison.Ordinal);

    private static async Task<string> ExplainAsync(NpgsqlConnection connection, string types, string sql)
    {
        var parameters = Parameter().Matches(sql).Max(match => int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture));
        var name = $"plan{Guid.CreateVersion7():N}";
        await using var command = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE {name} ({types}) AS {sql}; EXPLAIN EXECUTE {name} ({string.Join(", ", Enumerable.Repeat("NULL", parameters))})", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var plan = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) plan.Add(reader.GetString(0));
        Assert.NotEmpty(plan);
        return string.Join("\n", plan);
    }

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();
}
