using Gatehouse.EntityFrameworkCore.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Tests.Sqlite;

public sealed class SqlitePlanTests(SqliteDatabase database) : IClassFixture<SqliteDatabase>
{
    public static TheoryData<string> Statements { get; } =
    [
        SqliteStatements.Find, SqliteStatements.FindFamily, SqliteStatements.Spend, SqliteStatements.Update,
        SqliteStatements.RevokeFamily, SqliteStatements.RevokeSubject, SqliteStatements.RevokeClient, SqliteStatements.RevokeSubjectAtClient,
        SqliteStatements.RevokeSession, SqliteStatements.ListFamilies, SqliteStatements.RecordUse,
        SqliteStatements.SweepArtifacts, SqliteStatements.SweepRememberedKeys, SqliteStatements.SweepFamilies,
    ];

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_statement_searches_and_never_scans(string sql)
    {
        var plan = Explain(sql);
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Fact]
    public void A_users_families_at_a_client_are_never_looked_for_among_all_of_the_clients() =>
        Assert.Contains(Explain(SqliteStatements.RevokeSubjectAtClient), step => step.Contains("gatehouse_families_subject", StringComparison.Ordinal));

    private List<string> Explain(string sql)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        for (var i = 1; i <= 3; i++) command.Parameters.AddWithValue($"${i}", 1);
        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read()) plan.Add(reader.GetString(3));
        Assert.NotEmpty(plan);
        return plan;
    }
}
