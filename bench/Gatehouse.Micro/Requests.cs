using System.Text;
using Gatehouse.Clients;
using Gatehouse.Http;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Micro;

/// <summary>The request that the others are made of.</summary>
internal static class Requests
{
    public const string Secret = "gts_bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    public static readonly byte[] Body = Encoding.ASCII.GetBytes("grant_type=password&username=alice&password=A3ddj3w-pass&scope=notes.read+notes.write&client_id=bench-client&client_secret=" + Secret);

    public static readonly Client Client = new()
    {
        Id = "bench-client",
        TokenEndpointAuthMethod = "client_secret_post",
        GrantTypes = ["client_credentials", "password", "refresh_token"],
        Scope = "notes.read notes.write",
        Secrets = [new("1", ClientSecret.Sha256, ClientSecret.HashOf(Secret), TimeProvider.System.GetUtcNow(), null)],
    };

    public static HttpRequest Http()
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.ContentType = "application/x-www-form-urlencoded";
        http.Request.ContentLength = Body.Length;
        http.Request.Body = new MemoryStream(Body, writable: false);
        return http.Request;
    }

    public static BackChannelRequest BackChannel()
    {
        FormReader.Parse(Body).Succeeded(out var form, out _);
        return new(null, form!, System.Net.IPAddress.Loopback, "https://auth.example.com");
    }
}
