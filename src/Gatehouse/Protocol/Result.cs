using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Protocol;

/// <summary>A value, or the protocol error to answer with. A default instance is neither, and throws when read.</summary>
/// <typeparam name="T">What was parsed or decided.</typeparam>
internal readonly struct Result<T> where T : class
{
    private readonly T? value;
    private readonly OAuthError? error;

    private Result(T? value, OAuthError? error) => (this.value, this.error) = (value, error);

    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out OAuthError? error)
    {
        (value, error) = (this.value, this.error);
        if (value is null == error is null)
            throw new InvalidOperationException("An uninitialised Result was read.");
        return value is not null;
    }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(OAuthError error) => new(null, error);
}
