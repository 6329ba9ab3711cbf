namespace Gatehouse.Fetch;

/// <summary>What one fetch may take and must bring.</summary>
/// <param name="MaxBytes">The longest body.</param>
/// <param name="IsJson">Whether only a JSON media type is taken.</param>
internal sealed record FetchLimits(int MaxBytes, bool IsJson = false)
{
    /// <summary>For a document of one client: a JWK Set, a sector document.</summary>
    public static FetchLimits Json { get; } = new(64 * 1024, IsJson: true);

    /// <summary>For an answer that is only looked at for its status.</summary>
    public static FetchLimits Status { get; } = new(4 * 1024);
}
