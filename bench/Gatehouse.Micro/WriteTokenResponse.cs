using BenchmarkDotNet.Attributes;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Micro;

/// <summary>The answer of a password request.</summary>
public class WriteTokenResponse
{
    private readonly string accessToken = Handle.New(ReferenceAccessToken.Prefix).Reveal(), refreshToken = Handle.New(RefreshToken.Prefix).Reveal();

    [Benchmark]
    public int Write() => TokenResponse.Write(accessToken, TimeSpan.FromHours(1), refreshToken, idToken: null, scopes: null, userId: "1").Length;
}
