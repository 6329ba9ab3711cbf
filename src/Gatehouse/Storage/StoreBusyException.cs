namespace Gatehouse.Storage;

/// <summary>
/// A store has more to do than it takes on, and did nothing. Endpoints answer it with 503 <c>temporarily_unavailable</c> and <c>Retry-After</c>, at the price of a refusal: it carries no story, and the log
/// hears of a burst once.
/// </summary>
public sealed class StoreBusyException : Exception
{
    /// <summary>With the usual words.</summary>
    public StoreBusyException() : base("The store has more calls waiting than it takes on.") { }

    /// <summary>With what is full.</summary>
    public StoreBusyException(string message) : base(message) { }

    /// <summary>With what is full, and what caused it.</summary>
    public StoreBusyException(string message, Exception innerException) : base(message, innerException) { }
}
