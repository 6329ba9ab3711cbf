using System.Data.Common;

namespace Gatehouse.Faults.Load;

/// <summary>Afterwards the store and the ledger must agree: nothing that was acknowledged is missing, and nothing was exchanged twice.</summary>
internal static class StoreAgreement
{
    private sealed record Row(string Kind, string Family, bool IsSpent);

    /// <summary>Writes every disagreement into the ledger.</summary>
    /// <returns>How many artifacts the store has.</returns>
    public static async Task<int> CheckAsync(Ledger ledger, DbDataSource store)
    {
        await using var connection = await store.OpenConnectionAsync();
        var artifacts = await ReadAsync(connection, "SELECT id, kind, family_id, spent_at FROM gatehouse_artifacts",
            row => (Id: row.GetString(0), Row: new Row(row.GetString(1), row.GetValue(2).ToString()!.ToUpperInvariant(), !row.IsDBNull(3))));
        var revoked = (await ReadAsync(connection, "SELECT id, revoked_at FROM gatehouse_families",
            row => (Id: row.GetValue(0).ToString()!.ToUpperInvariant(), IsRevoked: !row.IsDBNull(1)))).ToDictionary(family => family.Id, family => family.IsRevoked);
        var rows = artifacts.ToDictionary(artifact => artifact.Id, artifact => artifact.Row);

        foreach (var family in ledger.Families) Check(ledger, family, rows, revoked);
        foreach (var family in rows.Values.GroupBy(row => row.Family)) CheckCounts(ledger, [.. family]);
        return rows.Count;
    }

    /// <summary>What a client holds or was told is there, and as it was told.</summary>
    private static void Check(Ledger ledger, FamilyRecord family, Dictionary<string, Row> rows, Dictionary<string, bool> revoked)
    {
        var chain = family.RefreshTokens;
        for (var i = 0; i < chain.Count; i++)
        {
            if (!rows.TryGetValue(FamilyRecord.IdOf(chain[i]), out var row))
            {
                ledger.Violate($"refresh token {i} of {family} was given out and is not in the store");
                return;
            }
            var isLast = i == chain.Count - 1;
            if (!isLast && !row.IsSpent) ledger.Violate($"refresh token {i} of {family} was exchanged, and the store says that it was not");
            if (isLast && row.IsSpent && family.State == FamilyState.Live) ledger.Violate($"{family} holds a refresh token that the store says was exchanged: its client is locked out");
        }
        foreach (var token in family.AccessTokens)
            if (token.StartsWith("gta_", StringComparison.Ordinal) && !rows.ContainsKey(FamilyRecord.IdOf(token))) ledger.Violate($"an access token of {family} was given out and is not in the store");
        var isRevoked = revoked.GetValueOrDefault(rows[FamilyRecord.IdOf(chain[0])].Family);
        if (family.State == FamilyState.Live && isRevoked) ledger.Violate($"{family} was ended by nobody, and the store says that it was");
        if (family.State == FamilyState.Ended && !isRevoked) ledger.Violate($"the end of {family} was acknowledged, and the store does not know of it");
    }

    /// <summary>Each exchange makes one token of one, so in every family there is one refresh token more than were spent.</summary>
    private static void CheckCounts(Ledger ledger, List<Row> family)
    {
        var refreshTokens = family.Where(row => row.Kind == "refresh_token").ToList();
        var unspent = refreshTokens.Count(row => !row.IsSpent);
        if (refreshTokens.Count > 0 && unspent != 1) ledger.Violate($"a family has {refreshTokens.Count} refresh tokens, of which {unspent} are unspent: one was exchanged twice");
        var codes = family.Where(row => row.Kind == "authorization_code").ToList();
        if (codes.Any(code => !code.IsSpent) && refreshTokens.Count > 0) ledger.Violate("a family has refresh tokens, and a code that was not spent");
    }

    private static async Task<List<T>> ReadAsync<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}
