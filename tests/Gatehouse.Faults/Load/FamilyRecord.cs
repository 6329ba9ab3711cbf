namespace Gatehouse.Faults.Load;

internal enum FamilyState
{
    Live,

    /// <summary>Its end was asked for, and nobody knows whether it came.</summary>
    Ending,

    Ended,

    /// <summary>Shown twice on purpose, or never heard of again: it may have ended.</summary>
    Uncertain,
}

/// <summary>What one sign-in gave its client, and what that was exchanged for.</summary>
internal sealed class FamilyRecord
{
    private readonly Lock gate = new();
    private readonly List<string> refreshTokens = [], accessTokens = [];

    public FamilyRecord(string by, Answer answer)
    {
        By = by;
        refreshTokens.Add(answer["refresh_token"]!);
        accessTokens.Add(answer["access_token"]!);
    }

    /// <summary>The grant.</summary>
    public string By { get; }

    public FamilyState State { get; set; }

    /// <summary>In the order in which each was exchanged for the next.</summary>
    public IReadOnlyList<string> RefreshTokens
    {
        get
        {
            lock (gate) return [.. refreshTokens];
        }
    }

    public IReadOnlyList<string> AccessTokens
    {
        get
        {
            lock (gate) return [.. accessTokens];
        }
    }

    public string Current
    {
        get
        {
            lock (gate) return refreshTokens[^1];
        }
    }

    /// <summary>The public half of a handle, by which the store knows it.</summary>
    public static string IdOf(string handle) => handle.Substring(4, 12);

    /// <summary>False if the token was exchanged for something else before.</summary>
    public bool TryAdd(string token, Answer answer, out bool isNew)
    {
        var (successor, access) = (answer["refresh_token"]!, answer["access_token"]!);
        lock (gate)
        {
            isNew = refreshTokens[^1] == token;
            if (!isNew) return refreshTokens.IndexOf(token) is >= 0 and var at && refreshTokens[at + 1] == successor && accessTokens[at + 1] == access;
            refreshTokens.Add(successor);
            accessTokens.Add(access);
            return true;
        }
    }

    public override string ToString() => $"family {IdOf(RefreshTokens[0])} ({By}, {State}, {RefreshTokens.Count - 1} refreshes)";
}
