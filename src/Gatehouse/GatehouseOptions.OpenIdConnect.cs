namespace Gatehouse;

// What OpenID Connect adds.
public sealed partial class GatehouseOptions
{
    /// <summary>
    /// Lifetime of ID tokens. Default 10 minutes: a client reads one once, when its user arrives, and as an <c>id_token_hint</c> it is taken after its end as well. At most 24 hours.
    /// </summary>
    public TimeSpan IdTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Claims that your own scopes stand for, beside those of <c>profile</c>, <c>email</c>, <c>address</c> and <c>phone</c>: scope to claim names. In configuration:
    /// <c>"ScopeClaims": { "employee": [ "employee_id", "department" ] }</c>.
    /// </summary>
    public IDictionary<string, string[]> ScopeClaims { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>
    /// What pairwise subjects are made with: at least 32 random characters, the same on every node, kept like a password and never changed, for with it every user would become another one to those
    /// clients. Required by clients whose <c>subject_type</c> is <c>pairwise</c>; without it discovery does not offer them.
    /// </summary>
    public string? PairwiseSecret { get; set; }
}
