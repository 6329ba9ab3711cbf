using System.Buffers.Binary;
using System.Buffers.Text;
using Gatehouse.Storage;

namespace Gatehouse.Growth;

/// <summary>
/// What a provider's tables hold after a while, the same for every database: sign-ins of the last fifteen days, each with a refresh token that was rotated (the spent ones keep their receipt until they expire) and access tokens, most of which
/// have expired. A third of all artifacts are families' worth: 10³ artifacts are 333 sign-ins. A tenth of the users have most of the families; one client has half of them, as a company's own app would.
/// </summary>
internal sealed class Content(int artifacts, DateTimeOffset now)
{
    public const int PerFamily = 3;

    public static readonly TimeSpan RefreshTokenLifetime = TimeSpan.FromDays(14);

    private static readonly TimeSpan Span = TimeSpan.FromDays(15);

    /// <summary>A refresh token's payload of an ordinary sign-in, and an access token's.</summary>
    private const string RefreshPayload = """{"scope":"openid profile notes.read notes.write","until":1798761600000,"sign_in":{"at":1798000000,"sid":"0123456789abcdef01234567890","amr":["pwd"]}}""",
        AccessPayload = """{"scope":"openid profile notes.read notes.write","iat":1798000000}""";

    /// <summary>As long as the receipt of an answer with two tokens: sealed, so nothing that could be compressed.</summary>
    private const int ReceiptBytes = 300;

    private readonly Random random = new(20261128);

    public int Families => artifacts / PerFamily;

    public int Subjects => Math.Max(1, Families / 3);

    public static string Subject(int number) => $"user-{number:D8}";

    public static string Client(int number) => number == 0 ? "the-app" : $"client-{number:D4}";

    /// <summary>In the order of time, as they would have been stored.</summary>
    public IEnumerable<(Family Family, Artifact[] Artifacts)> All()
    {
        var step = Span / Math.Max(1, Families);
        var secretHash = new byte[32];
        for (var i = 0; i < Families; i++)
        {
            var at = now - Span + step * i;
            var family = new Family(Guid.CreateVersion7(at), NextClient(), NextSubject(), at, at + TimeSpan.FromDays(30)) { SessionId = random.Next(4) == 0 ? NewId(at) + NewId(at) : null, Scope = "openid profile notes.read notes.write" };
            random.NextBytes(secretHash);
            byte[] hash() => [.. secretHash];
            var rotated = at + TimeSpan.FromMinutes(50);
            var receipt = new byte[ReceiptBytes];
            random.NextBytes(receipt);
            yield return (family,
            [
                new(NewId(at), "refresh_token", family.Id, family.ClientId, family.Subject, hash(), RefreshPayload, at + RefreshTokenLifetime) { SpentAt = rotated, Receipt = receipt },
                new(NewId(rotated), "refresh_token", family.Id, family.ClientId, family.Subject, hash(), RefreshPayload, rotated + RefreshTokenLifetime),
                new(NewId(rotated), "access_token", family.Id, family.ClientId, family.Subject, hash(), AccessPayload, rotated + TimeSpan.FromHours(1)),
            ]);
        }
    }

    /// <summary>Twelve characters that begin with the time, as the provider makes them.</summary>
    public static string NewId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[9];
        Random.Shared.NextBytes(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)at.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(bytes);
    }

    private string NextClient() => Client(random.Next(2) == 0 ? 0 : 1 + random.Next(200));

    /// <summary>Of ten users one signs in with everything that they have.</summary>
    private string NextSubject() => Subject(random.Next(2) == 0 ? random.Next(Math.Max(1, Subjects / 10)) : random.Next(Subjects));
}
