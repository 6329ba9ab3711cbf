namespace Gatehouse.Redis;

/// <summary>Redis did not do what it was asked for, or not in time. It may have done it all the same.</summary>
internal sealed class RedisAwayException(string message, Exception? inner) : Exception(message, inner);
