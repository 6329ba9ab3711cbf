using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Clients;

public sealed class OpenIdConnectMetadataTests
{
    private static readonly ClientMetadataValidator Validator = new([new("authorization_code", true), new("client_credentials", false)], ["client_secret_basic", "none"]);

    private const string Everything = """
        {
          "client_name": "Notes", "client_name#de": "Notizen", "redirect_uris": ["https://app.example/cb"], "scope": "openid",
          "client_uri": "https://app.example", "logo_uri": "https://app.example/logo.png", "policy_uri": "https://app.example/policy", "tos_uri": "https://app.example/terms",
          "contacts": ["a@app.example"], "software_id": "4", "software_version": "2", "jwks_uri": "https://app.example/jwks",
          "response_types": ["code"], "response_modes": ["form_post"],
          "subject_type": "pairwise", "sector_identifier_uri": "https://app.example/sector",
          "id_token_signed_response_alg": "PS256", "id_token_encrypted_response_alg": "RSA-OAEP", "id_token_encrypted_response_enc": "A256CBC-HS512",
          "userinfo_signed_response_alg": "RS256", "userinfo_encrypted_response_alg": "RSA-OAEP", "userinfo_encrypted_response_enc": "A128CBC-HS256",
          "request_object_signing_alg": "RS256", "request_uris": ["https://app.example/request#hash"],
          "default_max_age": 3600, "require_auth_time": true, "default_acr_values": ["silver", "gold"], "initiate_login_uri": "https://app.example/login",
          "post_logout_redirect_uris": ["https://app.example/bye"], "frontchannel_logout_uri": "https://app.example/out", "frontchannel_logout_session_required": true,
          "backchannel_logout_uri": "https://app.example/gone", "backchannel_logout_session_required": true
        }
        """;

    [Fact]
    public void Every_member_is_read_and_written_as_it_was_registered()
    {
        var registered = JsonElement.Parse(Everything);

        var client = Accept(Everything);
        var written = JsonElement.Parse(ClientMetadata.Write(client).ToJsonString());

        Assert.Equal(["client_name#de"], client.Other!.Keys);
        foreach (var member in registered.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(member.Value, written.GetProperty(member.Name)), member.Name);
        Assert.Equal((3600, true, "pairwise", "PS256"), (client.DefaultMaxAge, client.RequireAuthTime, client.SubjectType, client.IdTokenSignedResponseAlg));
    }

    [Fact]
    public void What_is_left_out_has_the_safe_default()
    {
        var client = Accept("""{ "redirect_uris": ["https://app.example/cb"] }""");

        Assert.Equal(["code"], client.ResponseTypes);
        Assert.Equal(["query", "form_post"], client.ResponseModes);
        Assert.Equal(("public", "ES256"), (client.SubjectType, client.IdTokenSignedResponseAlg));
        Assert.Null(client.UserinfoSignedResponseAlg);
        Assert.Null(client.RequestObjectSigningAlg);
        Assert.Empty(client.PostLogoutRedirectUris);
        Assert.Empty(client.RequestUris);
    }

    [Fact]
    public void A_client_without_the_code_grant_says_that_it_has_no_response_types() =>
        Assert.False(ClientMetadata.Write(Accept("""{ "grant_types": ["client_credentials"] }""")).ContainsKey("response_types"));

    [Theory]
    [Trait(Rule.Requirement, "SR-151")]
    [InlineData("""{ "jwks_uri": "ftp://app.example/jwks" }""", "jwks_uri must be an https URL")]
    [InlineData("""{ "jwks_uri": "http://app.example/jwks" }""", "jwks_uri must be an https URL")]
    [InlineData("""{ "jwks_uri": "https://user@app.example/jwks" }""", "jwks_uri must be an https URL")]
    [InlineData("""{ "jwks_uri": "https://app.example\\@evil.example/" }""", "jwks_uri must be an https URL")]
    [InlineData("""{ "logo_uri#de": "data:text/html,x" }""", "logo_uri#de must be an https URL")]
    [InlineData("""{ "client_name#de": 1 }""", "client_name#de must be")]
    [InlineData("""{ "client_name#ar": "a\u202eb" }""", "client_name#ar must be")]
    [InlineData("""{ "tos_uri": "javascript:alert(1)" }""", "tos_uri must be an https URL")]
    [InlineData("""{ "initiate_login_uri": "http://app.example/" }""", "initiate_login_uri must be an https URL")]
    [InlineData("""{ "sector_identifier_uri": "http://app.example/" }""", "sector_identifier_uri must be an https URL")]
    [InlineData("""{ "backchannel_logout_uri": "http://app.example/" }""", "backchannel_logout_uri must be an https URL")]
    [InlineData("""{ "backchannel_logout_uri": "https://app.example/#x" }""", "backchannel_logout_uri must be an https URL without fragment")]
    [InlineData("""{ "request_uris": ["http://app.example/"] }""", "request_uris must be")]
    public void Every_URL_is_an_https_URL_without_credentials(string metadata, string expected) => Refuses(metadata, expected);

    [Theory]
    [InlineData("""{ "response_types": ["code", "token"] }""", "response_types: only code is supported")]
    [InlineData("""{ "response_types": [] }""", "response_types: only code is supported")]
    [InlineData("""{ "response_modes": ["fragment"] }""", "response_modes must be one or both")]
    [InlineData("""{ "response_modes": [] }""", "response_modes must be one or both")]
    [InlineData("""{ "subject_type": "private" }""", "subject_type must be public or pairwise")]
    [InlineData("""{ "default_max_age": -1 }""", "default_max_age must be a whole number of seconds")]
    [InlineData("""{ "default_max_age": "10" }""", "default_max_age must be a whole number of seconds")]
    [InlineData("""{ "default_max_age": 1e20 }""", "default_max_age must be a whole number of seconds")]
    [InlineData("""{ "default_acr_values": ["a b"] }""", "default_acr_values must be")]
    [InlineData("""{ "frontchannel_logout_session_required": true }""", "frontchannel_logout_session_required needs frontchannel_logout_uri")]
    [InlineData("""{ "backchannel_logout_session_required": true }""", "backchannel_logout_session_required needs backchannel_logout_uri")]
    [InlineData("""{ "frontchannel_logout_uri": "https://other.example/out" }""", "frontchannel_logout_uri must have the scheme, host and port")]
    [InlineData("""{ "frontchannel_logout_uri": "https://app.example:8443/out" }""", "frontchannel_logout_uri must have the scheme, host and port")]
    [InlineData("""{ "frontchannel_logout_uri": "javascript:alert(1)" }""", "frontchannel_logout_uri must be an https URL")]
    [InlineData("""{ "contacts": ["a\nb"] }""", "contacts must be")]
    [InlineData("""{ "software_id": "" }""", "software_id must be")]
    public void What_cannot_be_is_refused_by_name(string metadata, string expected) => Refuses(metadata, expected);

    [Theory]
    [Trait(Rule.Requirement, "SR-072")]
    [InlineData("""{ "id_token_signed_response_alg": "none" }""", "id_token_signed_response_alg 'none' is not supported; use one of: ES256")]
    [InlineData("""{ "id_token_signed_response_alg": "HS256" }""", "id_token_signed_response_alg 'HS256'")]
    [InlineData("""{ "userinfo_signed_response_alg": "none" }""", "userinfo_signed_response_alg 'none'")]
    [InlineData("""{ "request_object_signing_alg": "HS256" }""", "request_object_signing_alg 'HS256'")]
    [InlineData("""{ "id_token_encrypted_response_alg": "RSA1_5", "jwks_uri": "https://app.example/jwks" }""", "id_token_encrypted_response_alg 'RSA1_5'")]
    [InlineData("""{ "id_token_encrypted_response_enc": "A128CBC-HS256" }""", "id_token_encrypted_response_enc needs id_token_encrypted_response_alg")]
    [InlineData("""{ "id_token_encrypted_response_alg": "RSA-OAEP" }""", "needs a key to encrypt to")]
    [InlineData("""{ "request_object_encryption_alg": "RSA-OAEP" }""", "encrypted request objects are not supported")]
    public void Only_algorithms_that_work_can_be_registered(string metadata, string expected) => Refuses(metadata, expected);

    [Theory]
    [InlineData("""["http://app.example/bye"]""")]
    [InlineData("""["javascript:alert(1)"]""")]
    [InlineData("""["https://app.example/*"]""")]
    [InlineData("""["https://app.example/bye", "https://app.example/bye"]""")]
    public void Where_users_go_after_logout_is_held_to_the_rules_of_redirect_URIs(string uris) =>
        Assert.StartsWith("post_logout_redirect_uris", Refuses($$"""{ "post_logout_redirect_uris": {{uris}} }""", "post_logout_redirect_uris").Description, StringComparison.Ordinal);

    [Fact]
    public void Pairwise_subjects_over_several_hosts_need_a_sector()
    {
        const string Hosts = """ "subject_type": "pairwise", "redirect_uris": ["https://a.example/cb", "https://b.example/cb"] """;

        Assert.Contains("needs sector_identifier_uri", Refuse("{" + Hosts + "}")[0].Description, StringComparison.Ordinal);
        Accept("{" + Hosts + """, "sector_identifier_uri": "https://a.example/sector" }""");
        Accept("""{ "subject_type": "pairwise", "redirect_uris": ["https://a.example/cb", "https://A.example:8443/cb"] }""");
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-154")]
    [InlineData("""[]""", "jwks must be a JSON object")]
    [InlineData("""{}""", "an object with an array 'keys'")]
    [InlineData("""{ "keys": [] }""", "must have 1 to 20 keys")]
    [InlineData("""{ "keys": [1] }""", "a key that is not an object")]
    [InlineData("""{ "keys": [{ "kty": "oct", "k": "AAAA" }] }""", "the member 'k', which is secret")]
    [InlineData("""{ "keys": [{ "kty": "oct" }] }""", "a symmetric key")]
    [InlineData("""{ "keys": [{ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }] }""", "an EC key that is malformed")]
    [InlineData("""{ "keys": [{ "kty": "EC", "crv": "secp256k1" }] }""", "an EC key that is malformed")]
    [InlineData("""{ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }] }""", "an RSA key that is malformed")]
    [InlineData("""{ "keys": [{ "kty": "XX" }] }""", "kty is not RSA, EC or OKP")]
    [InlineData("""{ "keys": [{ "kty": "RSA", "kid": 1 }] }""", "a kid that is not a string")]
    [InlineData("""{ "keys": [{ "kty": "RSA", "use": "both" }] }""", "a use other than sig and enc")]
    public void Keys_are_public_and_worth_trusting(string jwks, string expected) => Refuses($$"""{ "jwks": {{jwks}} }""", expected);

    [Theory]
    [Trait(Rule.Requirement, "SR-154")]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    public void A_private_key_is_refused(string member) =>
        Refuses($$"""{ "jwks": { "keys": [{{Rsa(2048)[..^1]}}, "{{member}}": "AQAB" }] } }""", $"the member '{member}', which is secret");

    [Theory]
    [Trait(Rule.Requirement, "SR-154")]
    [InlineData(1024, false)]
    [InlineData(2048, true)]
    [InlineData(8192, true)]
    [InlineData(16384, false)]
    public void Small_and_silly_moduli_are_refused(int bits, bool accepted) =>
        Assert.Equal(accepted, KeySet.Problem(JsonElement.Parse($$"""{ "keys": [{{Rsa(bits)}}] }""")) is null);

    [Fact]
    [Trait(Rule.Requirement, "SR-154")]
    public void Keys_are_given_in_one_way() =>
        Refuses($$"""{ "jwks": { "keys": [{{Rsa(2048)}}] }, "jwks_uri": "https://app.example/jwks" }""", "jwks and jwks_uri exclude each other");

    [Theory]
    [InlineData("de", "Notizen")]
    [InlineData("de-AT", "Notizen")]
    [InlineData("DE", "Notizen")]
    [InlineData("fr", "Notes")]
    [InlineData("", "Notes")]
    public void The_name_is_found_in_the_readers_language(string locale, string expected) => Assert.Equal(expected, Accept(Everything).NameIn(["xx", locale]));

    private static string Rsa(int bits) => $$"""{ "kty": "RSA", "e": "AQAB", "n": "{{Base64Url.EncodeToString(Enumerable.Repeat((byte)0xAB, bits / 8).ToArray())}}" }""";

    private static Client Accept(string metadata)
    {
        Assert.True(Validator.TryParse("demo", JsonElement.Parse(metadata), out var client, out var errors), string.Join("; ", errors.Select(error => error.Description)));
        return client;
    }

    /// <summary>Beside a redirect URI that is fine, so that only the member in question is at fault.</summary>
    private static OAuthError Refuses(string metadata, string expected)
    {
        var errors = Refuse($$"""{ "redirect_uris": ["https://app.example/cb"], {{metadata.Trim()[1..]}}""");
        Assert.Contains(expected, Assert.Single(errors).Description, StringComparison.Ordinal);
        return errors[0];
    }

    private static IReadOnlyList<OAuthError> Refuse(string metadata)
    {
        Assert.False(Validator.TryParse("demo", JsonElement.Parse(metadata), out _, out var errors));
        return errors;
    }
}
