using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Clients;

public sealed class ClientMetadataValidatorTests
{
    private static readonly ClientMetadataValidator Validator = new(
        [new("authorization_code", true), new("refresh_token", true), new("client_credentials", false), new("password", true)],
        ["client_secret_basic", "client_secret_post", "none"]);

    [Fact]
    public void Metadata_without_surprises_becomes_a_client_with_the_defaults_of_the_RFC()
    {
        var client = Accept("""{ "client_name": "Demo", "redirect_uris": ["https://app.example/cb"], "scope": "notes.read notes.write", "contacts": ["a@b.example"], "house_colour": "red" }""");

        Assert.Equal("demo", client.Id);
        Assert.Equal("Demo", client.Name);
        Assert.Equal("client_secret_basic", client.TokenEndpointAuthMethod);
        Assert.Equal(["authorization_code"], client.GrantTypes);
        Assert.Equal(["https://app.example/cb"], client.RedirectUris);
        Assert.Equal("notes.read notes.write", client.Scope);
        Assert.Equal("web", client.ApplicationType);
        Assert.True(client is { RequirePkce: true, RequireConsent: true, Enabled: true });
        Assert.Equal(["a@b.example"], client.Contacts);
        Assert.Equal(["house_colour"], client.Other!.Keys);
    }

    [Fact]
    public void What_was_written_can_be_read_back()
    {
        var client = Accept("""
            { "client_name": "Demo", "token_endpoint_auth_method": "client_secret_post", "grant_types": ["authorization_code", "refresh_token", "password"],
              "redirect_uris": ["https://app.example/cb"], "scope": "a b", "application_type": "web", "require_pkce": false, "require_consent": false,
              "resource_server_for": ["self", "https://api.example/notes"], "enabled": false, "client_uri": "https://app.example", "response_types": ["code"] }
            """);

        var written = ClientMetadata.Write(client).ToJsonString();
        var again = Accept(written);

        Assert.Equal(written, ClientMetadata.Write(again).ToJsonString());
        Assert.StartsWith("""{"client_id":"demo",""", written, StringComparison.Ordinal);
        Assert.False(again.RequirePkce || again.RequireConsent || again.Enabled);
    }

    [Fact]
    public void What_the_server_gives_is_never_taken_from_metadata()
    {
        var client = Accept("""{ "client_id": "other", "client_secret": "mine", "registration_access_token": "x", "redirect_uris": ["https://app.example/cb"], "client_name": null }""");

        Assert.Equal("demo", client.Id);
        Assert.Null(client.Other);
        Assert.Null(client.Name);
    }

    [Theory]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{ "client_name": 1 }""", "client_name must be a string")]
    [InlineData("""{ "grant_types": "password" }""", "grant_types must be an array of strings")]
    [InlineData("""{ "grant_types": [1] }""", "grant_types must be an array of strings")]
    [InlineData("""{ "redirect_uris": "https://app.example" }""", "redirect_uris must be an array of strings")]
    [InlineData("""{ "require_pkce": "false" }""", "require_pkce must be true or false")]
    [InlineData("""{ "scope": ["a"] }""", "scope must be a string")]
    [InlineData("""{ "client_name": "" }""", "client_name")]
    [InlineData("""{ "client_name": "a\u0000b" }""", "client_name")]
    [InlineData("""{ "client_name": "a\u202eb" }""", "client_name")]
    [InlineData("""{ "application_type": "browser" }""", "application_type must be web or native")]
    [InlineData("""{ "scope": "a\"b" }""", "scope must be")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt" }""", "use one of: client_secret_basic, client_secret_post, none")]
    [InlineData("""{ "grant_types": [] }""", "grant_types is empty")]
    [InlineData("""{ "grant_types": ["implicit"] }""", "'implicit' is not supported; use one of: authorization_code, refresh_token, client_credentials, password")]
    [InlineData("""{ "grant_types": ["password", "password"] }""", "names one grant twice")]
    [InlineData("""{ "grant_types": ["refresh_token"] }""", "refresh_token needs another grant")]
    [InlineData("""{ "grant_types": ["refresh_token", "client_credentials"] }""", "refresh_token needs another grant")]
    [InlineData("""{ "redirect_uris": [] }""", "redirect_uris is empty")]
    [InlineData("""{ "redirect_uris": ["https://a.example/", "https://a.example/"] }""", "names one URI twice")]
    [InlineData("""{ "response_types": ["token"] }""", "response_types")]
    [InlineData("""{ "response_types": "code" }""", "response_types")]
    [InlineData("""{ "logo_uri": "javascript:alert(1)" }""", "logo_uri must be an https URL")]
    [InlineData("""{ "client_uri": "http://app.example" }""", "client_uri must be an https URL")]
    [InlineData("""{ "resource_server_for": ["/api"] }""", "resource_server_for: '/api'")]
    [InlineData("""{ "resource_server_for": ["https://api.example#x"] }""", "resource_server_for")]
    [InlineData("""{ "resource_server_for": ["self"], "token_endpoint_auth_method": "none" }""", "resource_server_for is for clients that authenticate")]
    public void Each_error_names_the_member_and_the_fix(string metadata, string expected)
    {
        var errors = Refuse(metadata);

        Assert.Contains(errors, error => error.Description.Contains(expected, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Contains(error.Code, new[] { "invalid_client_metadata", "invalid_redirect_uri" }));
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        var errors = Refuse("""{ "redirect_uris": ["http://app.example/cb", "myapp:/cb"], "application_type": "x", "scope": "\\" }""");

        Assert.Equal(2, errors.Count(error => error.Code == "invalid_redirect_uri"));
        Assert.Equal(2, errors.Count(error => error.Code == "invalid_client_metadata"));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-078")]
    public void A_public_client_may_not_use_client_credentials()
    {
        var errors = Refuse("""{ "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"] }""");

        Assert.Contains("client_credentials is for confidential clients", Assert.Single(errors).Description, StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-040")]
    [Trait(Rule.Requirement, "SR-104")]
    [InlineData("""{ "token_endpoint_auth_method": "none", "require_pkce": false, "redirect_uris": ["https://app.example/cb"] }""")]
    [InlineData("""{ "application_type": "native", "require_pkce": false, "redirect_uris": ["https://app.example/cb"] }""")]
    public void Whoever_cannot_keep_a_secret_uses_PKCE(string metadata) =>
        Assert.StartsWith("require_pkce", Assert.Single(Refuse(metadata)).Description, StringComparison.Ordinal);

    [Theory]
    [Trait(Rule.Requirement, "SR-005")]
    [InlineData("web", false)]
    [InlineData("native", true)]
    public void Loopback_is_for_native_clients(string type, bool accepted)
    {
        var json = $$"""{ "application_type": "{{type}}", "token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1/cb"] }""";

        Assert.Equal(accepted, Validator.TryParse("demo", JsonElement.Parse(json), out _, out _));
    }

    [Fact]
    public void The_password_grant_is_a_choice_like_any_other() =>
        Assert.Equal(["password", "refresh_token"], Accept("""{ "grant_types": ["password", "refresh_token"] }""").GrantTypes);

    [Fact]
    public void Known_grants_are_those_that_are_registered()
    {
        var smaller = new ClientMetadataValidator([new("authorization_code", true)], ["none"]);

        Assert.False(smaller.TryParse("demo", JsonElement.Parse("""{ "grant_types": ["password"], "token_endpoint_auth_method": "none" }"""), out _, out var errors));
        Assert.Contains("'password' is not supported; use one of: authorization_code", Assert.Single(errors).Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    public void A_client_id_is_printable(string id) =>
        Assert.StartsWith("client_id", Assert.Single(Validator.Check(new Client { Id = id, RedirectUris = ["https://app.example/cb"] })).Description, StringComparison.Ordinal);

    [Fact]
    public void Metadata_has_a_limit() =>
        Assert.Contains("longer than", Assert.Single(Refuse($$"""{ "redirect_uris": ["https://app.example/cb"], "x": "{{new string('x', 20_000)}}" }""")).Description, StringComparison.Ordinal);

    private static Client Accept(string metadata)
    {
        Assert.True(Validator.TryParse("demo", JsonElement.Parse(metadata), out var client, out var errors), string.Join("; ", errors.Select(error => error.Description)));
        return client;
    }

    private static IReadOnlyList<OAuthError> Refuse(string metadata)
    {
        Assert.False(Validator.TryParse("demo", JsonElement.Parse(metadata), out _, out var errors));
        return errors;
    }
}
