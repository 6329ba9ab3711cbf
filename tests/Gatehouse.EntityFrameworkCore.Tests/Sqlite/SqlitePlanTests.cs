using System.Reflection;
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Gatehouse.Sessions;
using Gatehouse.Throttling;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Tests.Sqlite;

public sealed class SqlitePlanTests(SqliteDatabase database) : IClassFixture<SqliteDatabase>
{
    public static TheoryData<string> Statements { get; } =
    [
        SqliteStatements.Find, SqliteStatements.FindFamily, SqliteStatements.Spend, SqliteStatements.Update,
        SqliteStatements.RevokeFamily, SqliteStatements.RevokeSubject, SqliteStatements.RevokeClient, SqliteStatements.RevokeSubjectAtClient,
        SqliteStatements.RevokeSession, SqliteStatements.RevokeSubjectExcept, SqliteStatements.RecordUse,
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

    /// <summary>What it adds up are the families of one user; and whose id comes after another is not looked for among all of a client's.</summary>
    [Fact]
    public void A_users_clients_are_found_by_the_user() =>
        Assert.Equal(["SEARCH gatehouse_families USING INDEX gatehouse_families_subject (subject=?)"], Explain(SqliteStatements.ListClients).Where(step => step.Contains("gatehouse_", StringComparison.Ordinal)));

    /// <summary>What the stores say without EF Core, whose own statements the growth tests hold. Signing keys and Data Protection's are a handful, and are read whole.</summary>
    [Theory]
    [InlineData(typeof(IAuditStore))]
    [InlineData(typeof(IAttemptStore))]
    [InlineData(typeof(IClientStore))]
    [InlineData(typeof(ILogoutOutbox))]
    public void A_statement_that_a_store_keeps_searches_and_never_scans(Type store)
    {
        var service = database.Service(store);
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic;
        List<string> statements =
        [
            .. service.GetType().GetProperties(Own).Where(property => property.Name.EndsWith("Sql", StringComparison.Ordinal)).Select(property => (string)property.GetValue(service)!),
            .. service.GetType().GetFields(Own).Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetValue(null)!),
        ];

        Assert.NotEmpty(statements);
        foreach (var sql in statements)
            // What is only put in has no plan.
            Assert.DoesNotContain(Explain(sql, mayBeEmpty: sql.StartsWith("INSERT", StringComparison.Ordinal)),
                step => step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private List<string> Explain(string sql, bool mayBeEmpty = false)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        for (var i = 1; i <= 9; i++) command.Parameters.AddWithValue($"${i}", 1);
        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read()) plan.Add(reader.GetString(3));
        if (!mayBeEmpty) Assert.NotEmpty(plan);
        return plan;
    }
}
