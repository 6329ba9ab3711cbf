namespace Gatehouse.Load.Driving;

/// <summary>
/// One request. <c>{code}</c>, <c>{access_token}</c> and <c>{refresh_token}</c> are replaced by what this connection was last given, <c>{token}</c> by each of the load's tokens in turn,
/// and <c>{challenge}</c> by a new one, whose <c>{verifier}</c> belongs to the code that is given for it.
/// </summary>
/// <param name="Redirects">The answer that is wanted is a redirect with a code, not 200.</param>
/// <param name="Counts">What is counted ends here. Its time is from the end of what was counted before it: so a sign-in of four requests can count once.</param>
internal sealed record Step(string Method, string Path, string? Body = null, string? Authorization = null, string? Cookie = null, bool Redirects = false, bool Counts = true)
{
    public static Step Post(string path, string body) => new("POST", path, body);

    /// <summary>Always the same bytes.</summary>
    public bool IsConstant => !(Path + Body + Authorization).Contains('{', StringComparison.Ordinal);

    public bool UsesTokens => (Body + Authorization).Contains("{token}", StringComparison.Ordinal);

    public Step With(string placeholder, string value) => this with
    {
        Path = Path.Replace(placeholder, value, StringComparison.Ordinal),
        Body = Body?.Replace(placeholder, value, StringComparison.Ordinal),
        Authorization = Authorization?.Replace(placeholder, value, StringComparison.Ordinal),
    };
}
