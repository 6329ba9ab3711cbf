namespace Gatehouse.EntityFrameworkCore;

/// <summary>This build must not work with this database as it is. The message says what to do.</summary>
public sealed class GatehouseDatabaseException : Exception
{
    /// <summary>With no message.</summary>
    public GatehouseDatabaseException() { }

    /// <summary>With what is wrong and what to do about it.</summary>
    public GatehouseDatabaseException(string message) : base(message) { }

    /// <summary>With what is wrong, what to do about it, and what caused it.</summary>
    public GatehouseDatabaseException(string message, Exception innerException) : base(message, innerException) { }
}
