using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>The one connection pool to Gatehouse's database; a type of its own, so that it is never mistaken for a data source of the app.</summary>
internal sealed class PostgreSqlConnections(string connectionString) : IAsyncDisposable, IDisposable
{
    public NpgsqlDataSource DataSource { get; } = NpgsqlDataSource.Create(Tuned(connectionString));

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    public void Dispose() => DataSource.Dispose();

    /// <summary>Defaults for what the connection string does not say; what it says stands.</summary>
    private static string Tuned(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // A few dozen statements, always the same: planned once per connection. (A pooler in transaction mode that cannot prepare needs `Max Auto Prepare=0`.)
        Set("Max Auto Prepare", 64);
        Set("Auto Prepare Min Usages", 2);
        // Nothing of ours leaves state in a session, so there is nothing to reset between two uses of a connection.
        Set("No Reset On Close", true);
        // A transition happens or not by itself; it must not hang on a transaction that the app happens to be in.
        Set("Enlist", false);
        return builder.ConnectionString;

        void Set(string keyword, object value)
        {
            if (!builder.ContainsKey(keyword) || !builder.ShouldSerialize(keyword)) builder[keyword] = value;
        }
    }
}
