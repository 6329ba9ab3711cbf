using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.DataProtection;

namespace Gatehouse.Redis;

/// <summary>What Redis holds of a token, sealed with the app's Data Protection keys: who reads Redis learns no subject, and who writes to it makes no token.</summary>
internal sealed class TokenSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Gatehouse.Redis.AccessToken.v1");

    public byte[] Seal(Artifact artifact, TokenLookup before) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(
        new SealedToken(artifact.Id, before.Mark, before.AskedAt.Wall.ToUnixTimeMilliseconds(), artifact.FamilyId, artifact.ClientId, artifact.Subject, artifact.SecretHash.ToArray(), artifact.Payload,
            artifact.ExpiresAt.ToUnixTimeMilliseconds()),
        SealedTokenJson.Default.SealedToken));

    /// <summary>Null for anything that was not sealed by this app's nodes.</summary>
    public SealedToken? Open(ReadOnlySpan<byte> sealedToken)
    {
        try
        {
            return JsonSerializer.Deserialize(protector.Unprotect(sealedToken.ToArray()), SealedTokenJson.Default.SealedToken);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <param name="Id">Which token.</param>
/// <param name="Mark">When it was read, by the clock of Redis.</param>
/// <param name="ReadAt">When it was read, by the clock of the nodes; both in Unix milliseconds.</param>
/// <param name="FamilyId">What it ends with.</param>
/// <param name="ClientId">To whom it was given.</param>
/// <param name="Subject">For whom.</param>
/// <param name="SecretHash">What its secret half is checked by.</param>
/// <param name="Payload">As in the store.</param>
/// <param name="ExpiresAt">In Unix milliseconds.</param>
internal sealed record SealedToken(string Id, long Mark, long ReadAt, Guid FamilyId, string ClientId, string? Subject, byte[] SecretHash, string Payload, long ExpiresAt)
{
    public Artifact ToArtifact() => new(Id, ReferenceAccessToken.Kind, FamilyId, ClientId, Subject, SecretHash, Payload, DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt));
}

[JsonSerializable(typeof(SealedToken))]
internal sealed partial class SealedTokenJson : JsonSerializerContext;
