using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage;

namespace Gatehouse.Growth;

/// <summary>
/// What a provider's tables hold after a while, the same for every database: sign-ins of the last fifteen days, each with a refresh token that was rotated (the spent ones keep their receipt until they expire) and access tokens, most of which
/// have expired. A third of all artifacts are families' worth: 10³ artifacts are 333 sign-ins. A tenth of the users have most of the families; one client has half of them, as a company's own app would.
/// </summary>
/// <param name="artifacts">How many.</param>
/// <param name="now">When the last of them was stored.</param>
/// <param name="accessTokenLifetime">An hour, of which there are but a few alive; or so long that there are some of any age to be called with.</param>
internal sealed class Content(int artifacts, DateTimeOffset now, TimeSpan? accessTokenLifetime = null)
{
    public const int PerFamily = 3;

    /// <summary>Besides the company's own app.</summary>
    public const int Clients = 200;

    public static readonly TimeSpan RefreshTokenLifetime = TimeSpan.FromDays(14);

    /// <summary>So old are the oldest.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(15);

    /// <summary>A refresh token's payload of an ordinary sign-in, and an access token's.</summary>
    private const string RefreshPayload = """{"scope":"openid profile notes.read notes.write","until":1798761600000,"sign_in":{"at":1798000000,"sid":"0123456789abcdef01234567890","amr":["pwd"]}}""",
        AccessPayload = """{"scope":"openid profile notes.read notes.write","iat":1798000000}""";

    /// <summary>As long as the receipt of an answer with two tokens: sealed, so nothing that could be compressed.</summary>
    private const int ReceiptBytes = 300;

    private readonly Random random = new(20261128);

    public bool IsForRequests => accessTokenLifetime is not null;

    public int Families => artifacts / PerFamily;

    public int Subjects => Math.Max(1, Families / 3);

    public static string Subject(int number) => $"user-{number:D8}";

    public static string Client(int number) => number == 0 ? "the-app" : $"client-{number:D4}";

    /// <summary>In the order of time, as they would have been stored.</summary>
    public IEnumerable<(Family Family, Artifact[] Artifacts)> All()
    {
        var step = Span / Math.Max(1, Families);
        var session = new byte[20];
        for (var i = 0; i < Families; i++)
        {
            var at = now - Span + step * i;
            var family = new Family(Guid.CreateVersion7(at), NextClient(), NextSubject(), at, at + TimeSpan.FromDays(30)) { SessionId = NextSession(), Scope = "openid profile notes.read notes.write" };
            var rotated = at + TimeSpan.FromMinutes(50);
            var receipt = new byte[ReceiptBytes];
            random.NextBytes(receipt);
            yield return (family,
            [
                NewToken(NewId(at), "refresh_token", RefreshPayload, at + RefreshTokenLifetime) with { SpentAt = rotated, Receipt = receipt },
                NewToken(NewId(rotated), "refresh_token", RefreshPayload, rotated + RefreshTokenLifetime),
                NewToken(NewId(rotated), "access_token", AccessPayload, rotated + (accessTokenLifetime ?? TimeSpan.FromHours(1))),
            ]);

            Artifact NewToken(string id, string kind, string payload, DateTimeOffset expiresAt) => new(id, kind, family.Id, family.ClientId, family.Subject, SHA256.HashData(SecretOf(id)), payload, expiresAt);
        }

        // One in four came from a browser whose session still lives.
        string? NextSession()
        {
            if (random.Next(4) != 0) return null;
            random.NextBytes(session);
            return Base64Url.EncodeToString(session);
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

    /// <summary>The secret half of a token in these tables: whoever knows its id can present it.</summary>
    public static byte[] SecretOf(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));

    private string NextClient() => Client(random.Next(2) == 0 ? 0 : 1 + random.Next(Clients));

    /// <summary>Of ten users one signs in with everything that they have.</summary>
    private string NextSubject() => Subject(random.Next(2) == 0 ? random.Next(Math.Max(1, Subjects / 10)) : random.Next(Subjects));
}
