namespace Gatehouse.Fetch;

/// <summary>Why a fetch brought nothing.</summary>
internal enum FetchFailure
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>The URL, or every address of its host, is one that we do not call.</summary>
    Refused,

    /// <summary>No connection, no TLS, or one that broke.</summary>
    Unreachable,

    /// <summary>It took too long, or too many fetches were under way.</summary>
    TimedOut,

    /// <summary>The server answered, but not with what was asked for.</summary>
    Unusable,
}

/// <summary>What a fetch brought, or why it brought nothing. The remote's faults are values here: whoever runs the other side must not be able to throw in ours.</summary>
internal sealed record FetchResult
{
    private FetchResult() { }

    public FetchFailure Failure { get; private init; }

    /// <summary>For the operator, in one sentence; holds nothing that the remote wrote.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>The HTTP status, or 0 if there was none.</summary>
    public int Status { get; private init; }

    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>For how long the answer is fresh by HTTP's rules (RFC 9111 §4.2); null if it does not say.</summary>
    public TimeSpan? FreshFor { get; private init; }

    public bool Succeeded => Failure == FetchFailure.None;

    public static FetchResult Of(int status, ReadOnlyMemory<byte> body, TimeSpan? freshFor) => new() { Status = status, Body = body, FreshFor = freshFor };

    public static FetchResult Failed(FetchFailure failure, string reason, int status = 0) => new() { Failure = failure, Reason = reason, Status = status };
}
