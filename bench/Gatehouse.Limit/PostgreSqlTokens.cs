using System.Data;
using Npgsql;

namespace Gatehouse.Limit;

/// <summary>One prepared statement per operation, one round trip each, commits durable.</summary>
internal sealed class PostgreSqlTokens : ITokens
{
    private const string Schema = """
        drop table if exists token;
        create table token (hash bytea primary key, client_id text not null, subject text, scope text not null, kind smallint not null,
            family uuid not null, created_at timestamptz not null default now(), expires_at timestamptz not null, consumed_at timestamptz)
        """;

    private const string Insert = "insert into token (hash, client_id, subject, scope, kind, family, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";

    private const string Rotate = """
        with spent as (update token set consumed_at = now() where hash = $1 and consumed_at is null and expires_at > now() returning client_id, subject, scope, kind, family)
        insert into token (hash, client_id, subject, scope, kind, family, expires_at) select $2, client_id, subject, scope, kind, family, $3 from spent
        """;

    private const string Find = "select subject from token where hash = $1 and consumed_at is null and expires_at > now()";

    private readonly NpgsqlDataSource source;

    private PostgreSqlTokens(NpgsqlDataSource source) => this.source = source;

    public static async Task<ITokens> OpenAsync(string connection)
    {
        var source = NpgsqlDataSource.Create(connection + ";Maximum Pool Size=16;Max Auto Prepare=20;Auto Prepare Min Usages=2;No Reset On Close=true");
        await using var schema = source.CreateCommand(Schema);
        await schema.ExecuteNonQueryAsync();
        return new PostgreSqlTokens(source);
    }

    public async Task InsertAsync(byte[] hash, string subject)
    {
        await using var insert = source.CreateCommand(Insert);
        Add(insert, hash);
        Add(insert, "bench-client");
        Add(insert, subject);
        Add(insert, "api offline_access");
        Add(insert, (short)1);
        Add(insert, Guid.NewGuid());
        Add(insert, DateTime.UtcNow.AddHours(1));
        await insert.ExecuteNonQueryAsync();
    }

    public async Task<bool> TryRotateAsync(byte[] old, byte[] successor)
    {
        await using var rotate = source.CreateCommand(Rotate);
        Add(rotate, old);
        Add(rotate, successor);
        Add(rotate, DateTime.UtcNow.AddDays(14));
        return await rotate.ExecuteNonQueryAsync() == 1;
    }

    public async Task<string?> FindAsync(byte[] hash)
    {
        await using var find = source.CreateCommand(Find);
        Add(find, hash);
        await using var reader = await find.ExecuteReaderAsync(CommandBehavior.SingleRow);
        return await reader.ReadAsync() ? reader.GetString(0) : null;
    }

    private static void Add<T>(NpgsqlCommand command, T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
