using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Gatehouse.Users;

namespace Gatehouse.Target;

/// <summary>One user, and a check that costs nothing: a constant-time compare. A real password hash takes 50 to 220 ms and would hide everything else.</summary>
internal sealed class BenchUsers : IUserAuthenticator
{
    private readonly TaskCompletionSource<UserAuthentication> never = new();

    // Nobody ever learns who bob is: he keeps a place for as long as he likes.
    public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => userName == "bob" ? new(never.Task) :
        new(userName == "alice" && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), "A3ddj3w-pass"u8) ? UserAuthentication.Success(1) : UserAuthentication.Failed);
}

/// <summary>What the protected endpoint answers.</summary>
internal sealed record Me(string? Sub);

[JsonSerializable(typeof(Me))]
internal sealed partial class MeJson : JsonSerializerContext;
