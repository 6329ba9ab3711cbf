namespace Gatehouse.Storage;

/// <summary>
/// There is more to do than is taken on, and nothing was done. Thrown by a store whose queue is full. Endpoints answer it with 503 <c>temporarily_unavailable</c> and <c>Retry-After</c>, at the price of a
/// refusal, and the log hears of a burst once.
/// </summary>
public sealed class ServerBusyException : Exception
{
    /// <summary>With the usual words.</summary>
    public ServerBusyException() : base("There is more to do than is taken on.") { }

    /// <summary>With what is full.</summary>
    public ServerBusyException(string message) : base(message) { }

    /// <summary>With what is full, and what caused it.</summary>
    public ServerBusyException(string message, Exception innerException) : base(message, innerException) { }
}
