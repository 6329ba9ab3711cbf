namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>The statements, one per transition: each is a transaction by itself, so each happens whole or not at all.</summary>
internal static class PostgreSqlStatements
{
    private const string ArtifactColumns = "id, kind, family_id, client_id, subject, secret_hash, payload, expires_at";

    /// <summary>By the id, if the family lives. Also what keeps a successor that was stored just after a revocation from ever being found.</summary>
    public const string Find = """
        SELECT asked.n, found.* FROM unnest((SELECT $1)) WITH ORDINALITY asked (id, n) CROSS JOIN LATERAL (
            SELECT a.id, a.kind, a.family_id, a.client_id, a.subject, a.secret_hash, a.payload, a.expires_at, a.spent_at, a.receipt
            FROM gatehouse_artifacts a JOIN gatehouse_families f ON f.id = a.family_id WHERE a.id = asked.id AND f.revoked_at IS NULL LIMIT 1) found
        """;

    private const string FamilyColumns = "id, client_id, subject, created_at, expires_at, revoked_at, session_id, scope, last_used_at";

    public const string FindFamily = $"SELECT {FamilyColumns} FROM gatehouse_families WHERE id = $1";

    /// <summary>One row for each scope of each client, however many families that are. Whatever the database's own order of letters is, this is that of .NET.</summary>
    public const string ListClients = """
        SELECT client_id, scope, since, last_used_at FROM (
            SELECT client_id, scope, min(created_at) AS since, max(last_used_at) AS last_used_at, dense_rank() OVER (ORDER BY client_id COLLATE "C") AS place
            FROM gatehouse_families WHERE subject = $1 AND revoked_at IS NULL AND expires_at > $2 AND client_id COLLATE "C" > $3 GROUP BY client_id, scope) held
        WHERE place <= $4 ORDER BY place
        """;

    /// <summary>Stores families and their first artifacts.</summary>
    public const string Start = $"""
        WITH family AS (INSERT INTO gatehouse_families (id, client_id, subject, created_at, expires_at, session_id, scope) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7))
        INSERT INTO gatehouse_artifacts ({ArtifactColumns}) SELECT * FROM unnest($8, $9, $10, $11, $12, $13, $14, $15)
        """;

    /// <summary>
    /// Spends artifacts, and stores the successors of those that it spent: for one that was spent before, nothing is left behind. Whoever comes second waits
    /// for the first one's row lock; then PostgreSQL reads the row anew and finds it spent. Returns the numbers of those that it spent.
    /// <para>The limit limits nothing. It makes PostgreSQL expect one row, as most often there is, and go by the index where it would read a table that it thinks small.</para>
    /// </summary>
    public const string Redeem = $"""
        WITH spent AS (
            UPDATE gatehouse_artifacts a SET spent_at = seen.now, receipt = seen.receipt
            FROM (SELECT * FROM unnest((SELECT $1), (SELECT $2), (SELECT $3)) WITH ORDINALITY LIMIT (SELECT cardinality($1))) seen (id, now, receipt, n), gatehouse_families f
            WHERE a.id = seen.id AND a.spent_at IS NULL AND a.expires_at > seen.now AND f.id = a.family_id AND f.revoked_at IS NULL
            RETURNING seen.n),
        stored AS (
            INSERT INTO gatehouse_artifacts ({ArtifactColumns})
            SELECT successor.id, kind, family_id, client_id, subject, secret_hash, payload, expires_at
            FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12) successor ({ArtifactColumns}, n) JOIN spent ON spent.n = successor.n)
        SELECT n FROM spent
        """;

    public const string Update = """
        UPDATE gatehouse_artifacts a SET payload = $1 FROM gatehouse_families f
        WHERE a.id = $2 AND a.payload = $3 AND a.spent_at IS NULL AND f.id = a.family_id AND f.revoked_at IS NULL
        """;

    public const string RevokeFamily = "UPDATE gatehouse_families SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
    public const string RevokeSubject = "UPDATE gatehouse_families SET revoked_at = $1 WHERE subject = $2 AND revoked_at IS NULL";
    public const string RevokeClient = "UPDATE gatehouse_families SET revoked_at = $1 WHERE client_id = $2 AND revoked_at IS NULL";

    /// <summary>A user has few families, and a client may have half of all. A plan for any client expects few of both, reads the client's index, too, and is dear for a large one: so that index is kept out of it.</summary>
    public const string RevokeSubjectAtClient = "UPDATE gatehouse_families SET revoked_at = $1 WHERE subject = $2 AND (client_id = $3) IS TRUE AND revoked_at IS NULL";

    public const string RevokeSubjectExcept = "UPDATE gatehouse_families SET revoked_at = $1 WHERE subject = $2 AND session_id IS DISTINCT FROM $3 AND revoked_at IS NULL";

    public const string RevokeSession = "UPDATE gatehouse_families SET revoked_at = $1 WHERE session_id = $2 AND revoked_at IS NULL RETURNING subject";

    /// <summary>By itself, after what it tells of was committed (<see cref="StoreNotice"/>).</summary>
    public const string Tell = $"SELECT pg_notify('{StoreNotice.Channel}', $1)";

    /// <summary>No index holds the time, so the rows stay where they are. The limit limits nothing here either: see <see cref="Redeem"/>.</summary>
    public const string RecordUse = """
        UPDATE gatehouse_families f SET last_used_at = u.at FROM (SELECT * FROM unnest((SELECT $1), (SELECT $2)) LIMIT (SELECT cardinality($1))) u(id, at)
        WHERE f.id = u.id AND (f.last_used_at IS NULL OR f.last_used_at < u.at)
        """;

    public const string Remember = "INSERT INTO gatehouse_remembered_keys (key, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    public static readonly string SweepArtifacts = Sweep("gatehouse_artifacts");
    public static readonly string SweepRememberedKeys = Sweep("gatehouse_remembered_keys");
    public static readonly string SweepFamilies = Sweep("gatehouse_families");

    /// <summary>
    /// The oldest first, along the index. Rows that another node is sweeping are skipped, so that nodes neither wait for each other nor deadlock;
    /// the array is made once, where <c>IN (SELECT … LIMIT …)</c> may be evaluated again and delete more than was asked for. Says how many it removed, and how far it came.
    /// <para>They are locked, so they stay where they are, and need not be found by key a second time. The second limit limits nothing, as in <see cref="Redeem"/>: without it, PostgreSQL would plan to read a small table from end to end, and keep that plan.</para>
    /// </summary>
    private static string Sweep(string table) => $"""
        WITH swept AS (
            DELETE FROM {table} t USING (SELECT * FROM unnest(ARRAY(
                SELECT ctid FROM {table} WHERE expires_at <= $1 AND expires_at >= $3 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)) LIMIT (SELECT $2)) old (place)
            WHERE t.ctid = old.place RETURNING t.expires_at)
        SELECT count(*), max(expires_at) FROM swept
        """;
}
