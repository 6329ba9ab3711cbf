using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Micro;

/// <summary>The same access token by our writer and by Microsoft.IdentityModel's; and the bare signature, which neither can avoid.</summary>
public class SignJwt : IDisposable
{
    private readonly SigningKey key = SigningKey.New(Jwa.ES256);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] data = new byte[300];
    private readonly JsonWebTokenHandler handler = new();
    private readonly SigningCredentials credentials;
    private readonly AuthorizedGrant grant = new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Requests.Client, null, Scopes.Of(["notes.read"]), [], TimeProvider.System.GetUtcNow());

    public SignJwt() => credentials = new(new ECDsaSecurityKey(ecdsa) { KeyId = "bench" }, SecurityAlgorithms.EcdsaSha256);

    [Benchmark(Baseline = true)]
    public string JsonWebTokenHandler()
    {
        var now = TimeProvider.System.GetUtcNow();
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = "https://auth.example.com",
            Audience = "https://api.example.com",
            IssuedAt = now.UtcDateTime,
            Expires = now.UtcDateTime.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "bench-client", ["client_id"] = "bench-client", ["scope"] = "notes.read", ["jti"] = Handle.NewId() },
            SigningCredentials = credentials,
        });
    }

    [Benchmark]
    public ValueTask<string> JwtWriter() =>
        JwtAccessToken.WriteAsync(key, new("https://auth.example.com", Subject: null, ["https://api.example.com"], grant, HasFamily: false, grant.Scopes, [], TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(10)), CancellationToken.None);

    [Benchmark]
    public byte[] SignatureOnly() => ecdsa.SignData(data, HashAlgorithmName.SHA256);

    public void Dispose()
    {
        key.Dispose();
        ecdsa.Dispose();
        GC.SuppressFinalize(this);
    }
}
