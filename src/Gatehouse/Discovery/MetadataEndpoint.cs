// RFC 8414 - OAuth 2.0 Authorization Server Metadata
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Discovery;

/// <summary>Tells clients where everything is and what works. Everything in it is read from what is registered (<see cref="MetadataContribution"/>).</summary>
internal sealed class MetadataEndpoint(IssuerSource issuers, IEnumerable<MetadataContribution> contributions)
{
    public Task HandleAsync(HttpContext http)
    {
        // Public and the same for everybody, so browsers may read it from anywhere and caches may keep it for a while.
        http.Response.Headers.Remove("Pragma");
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return OAuthResults.JsonAsync(http, Write(issuers.For(http.Request)));
    }

    private ReadOnlyMemory<byte> Write(string issuer)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("issuer", issuer);
        foreach (var contribution in contributions) contribution.Write(json, issuer);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
