// RFC 8414 - OAuth 2.0 Authorization Server Metadata
using System.Buffers;
using System.Text.Json;
using Gatehouse.ClientAuthentication;
using Gatehouse.Grants;
using Gatehouse.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Discovery;

/// <summary>Tells clients where everything is and what works. Everything in it is read from what is registered.</summary>
internal sealed class MetadataEndpoint(IssuerSource issuers, GrantTypes grants, IEnumerable<ClientAuthenticationMethod> methods, IOptions<GatehouseOptions> options)
{
    private readonly GatehouseOptions options = options.Value;

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
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("issuer", issuer);
        json.WriteString("authorization_endpoint", issuer + options.Paths.Authorize);
        json.WriteString("token_endpoint", issuer + options.Paths.Token);
        json.WriteString("revocation_endpoint", issuer + options.Paths.Revocation);
        json.WriteString("introspection_endpoint", issuer + options.Paths.Introspection);
        json.WriteString("jwks_uri", issuer + options.Paths.Jwks);
        Array(json, "response_types_supported", ["code"]);
        Array(json, "response_modes_supported", ["query"]);
        Array(json, "grant_types_supported", grants.All.Where(grant => grant.Advertised).Select(grant => grant.Type).Order(StringComparer.Ordinal));
        Array(json, "code_challenge_methods_supported", ["S256"]);
        var all = methods.Select(method => method.Name).ToList();
        Array(json, "token_endpoint_auth_methods_supported", all);
        Array(json, "revocation_endpoint_auth_methods_supported", all);
        Array(json, "introspection_endpoint_auth_methods_supported", all.Where(method => method != "none"));
        json.WriteBoolean("authorization_response_iss_parameter_supported", true);
        if (options.Scopes.Count > 0) Array(json, "scopes_supported", options.Scopes.Keys);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Array(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
