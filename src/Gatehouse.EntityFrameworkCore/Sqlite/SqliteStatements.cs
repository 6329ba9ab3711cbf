namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>The statements. What belongs together runs in one transaction of the <see cref="SqliteWriter"/>.</summary>
internal static class SqliteStatements
{
    /// <summary>By the id, if the family lives: a successor that was stored just after a revocation is never found.</summary>
    public const string Find = """
        SELECT a.id, a.kind, a.family_id, a.client_id, a.subject, a.secret_hash, a.payload, a.expires_at, a.spent_at, a.receipt
        FROM gatehouse_artifacts a JOIN gatehouse_families f ON f.id = a.family_id WHERE a.id = $1 AND f.revoked_at IS NULL
        """;

    private const string FamilyColumns = "id, client_id, subject, created_at, expires_at, revoked_at, session_id, scope, last_used_at";

    public const string FindFamily = $"SELECT {FamilyColumns} FROM gatehouse_families WHERE id = $1";

    /// <summary>One row for each scope of each client, however many families that are. The "+" keeps SQLite from walking all families in the order of their expiry, or all of a client.</summary>
    public const string ListClients = """
        SELECT client_id, scope, since, last_used_at FROM (
            SELECT client_id, scope, min(created_at) AS since, max(last_used_at) AS last_used_at, dense_rank() OVER (ORDER BY client_id) AS place
            FROM gatehouse_families WHERE subject = $1 AND revoked_at IS NULL AND +expires_at > $2 AND +client_id > $3 GROUP BY client_id, scope)
        WHERE place <= $4 ORDER BY place
        """;

    public const string AddFamily = "INSERT INTO gatehouse_families (id, client_id, subject, created_at, expires_at, session_id, scope) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    public const string AddArtifact = """
        INSERT INTO gatehouse_artifacts (id, kind, family_id, client_id, subject, secret_hash, payload, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    public const string Spend = $"UPDATE gatehouse_artifacts SET spent_at = $2, receipt = $3 WHERE id = $1 AND spent_at IS NULL AND expires_at > $2 AND {FamilyLives}";

    public const string Update = $"UPDATE gatehouse_artifacts SET payload = $3 WHERE id = $1 AND payload = $2 AND spent_at IS NULL AND {FamilyLives}";

    public const string RevokeFamily = "UPDATE gatehouse_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    public const string RevokeSubject = "UPDATE gatehouse_families SET revoked_at = $2 WHERE subject = $1 AND revoked_at IS NULL";
    public const string RevokeClient = "UPDATE gatehouse_families SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL";
    public const string RevokeSubjectAtClient = "UPDATE gatehouse_families SET revoked_at = $3 WHERE subject = $1 AND client_id = $2 AND revoked_at IS NULL";

    public const string RevokeSubjectExcept = "UPDATE gatehouse_families SET revoked_at = $3 WHERE subject = $1 AND session_id IS NOT $2 AND revoked_at IS NULL";

    public const string RevokeSession = "UPDATE gatehouse_families SET revoked_at = $2 WHERE session_id = $1 AND revoked_at IS NULL";

    public const string RecordUse = "UPDATE gatehouse_families SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";

    public const string Remember = "INSERT INTO gatehouse_remembered_keys (key, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    public const string SweepArtifacts = "DELETE FROM gatehouse_artifacts WHERE id IN (SELECT id FROM gatehouse_artifacts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    public const string SweepRememberedKeys = "DELETE FROM gatehouse_remembered_keys WHERE key IN (SELECT key FROM gatehouse_remembered_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    public const string SweepFamilies = "DELETE FROM gatehouse_families WHERE id IN (SELECT id FROM gatehouse_families WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

    private const string FamilyLives = "EXISTS (SELECT 1 FROM gatehouse_families f WHERE f.id = gatehouse_artifacts.family_id AND f.revoked_at IS NULL)";
}
