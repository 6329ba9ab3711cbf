namespace Gatehouse.Load;

internal enum Product { Limit, Gatehouse, OidcProvider, OpenIddict }

internal enum Store { None, Memory, Sqlite, PostgreSql }

/// <summary>A server as it is started, and the rows that it is measured for.</summary>
/// <param name="Settings">Besides port and connection.</param>
internal sealed record Target(string Name, Product Product, Store Store, Row[] Rows, params (string Name, string Value)[] Settings)
{
    private const int Connections = 16;
    private const string Secret = "bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static readonly Row[] WithReferenceTokens = [Row.Password, Row.Refresh, Row.Introspection, Row.Call];

    public static readonly Target[] All =
    [
        new("limit", Product.Limit, Store.None, [Row.ClientCredentials, Row.CachedCall]),
        new("limit-postgresql", Product.Limit, Store.PostgreSql, WithReferenceTokens, ("store", "postgresql")),
        new("limit-sqlite", Product.Limit, Store.Sqlite, WithReferenceTokens, ("store", "sqlite")),
        new("gatehouse-postgresql", Product.Gatehouse, Store.PostgreSql, [Row.ClientCredentials, .. WithReferenceTokens], ("store", "postgresql")),
        new("gatehouse-postgresql-cached", Product.Gatehouse, Store.PostgreSql, [Row.CachedCall], ("store", "postgresql"), ("cache", "60")),
        new("gatehouse-sqlite", Product.Gatehouse, Store.Sqlite, [Row.ClientCredentials, .. WithReferenceTokens], ("store", "sqlite")),
        new("gatehouse-memory", Product.Gatehouse, Store.Memory, [Row.ClientCredentials, .. WithReferenceTokens, Row.CachedCall], ("store", "memory"), ("cache", "60")),
        new("oidc-provider-jwt", Product.OidcProvider, Store.Memory, [Row.ClientCredentials], ("FORMAT", "jwt")),
        new("oidc-provider", Product.OidcProvider, Store.Memory, WithReferenceTokens, ("FORMAT", "opaque")),
        new("oidc-provider-postgresql", Product.OidcProvider, Store.PostgreSql, WithReferenceTokens, ("FORMAT", "opaque"), ("STORE", "postgresql")),
        new("openiddict-jwt", Product.OpenIddict, Store.PostgreSql, [Row.ClientCredentials]),
        new("openiddict", Product.OpenIddict, Store.PostgreSql, WithReferenceTokens, ("tokens", "reference")),
    ];

    public string TokenPath => Product is Product.Gatehouse ? "/oauth2/token" : "/token";

    public string IntrospectionPath => Product switch
    {
        Product.Gatehouse => "/oauth2/introspect",
        Product.OidcProvider => "/token/introspection",
        _ => "/introspect",
    };

    public string HealthPath => Product is Product.OidcProvider ? "/.well-known/openid-configuration" : "/health";

    private static string Credentials => "client_id=bench-client&client_secret=" + Secret;

    public string PasswordBody => "grant_type=password&username=alice&password=A3ddj3w-pass&" + Scope + "&" + Credentials;

    private string ClientCredentialsBody => "grant_type=client_credentials&scope=api&" + Credentials + (Product is Product.Gatehouse ? "&resource=https%3A%2F%2Fapi.example.com" : "");

    private string Scope => Product switch
    {
        Product.Gatehouse => "scope=api", // a refresh token needs no scope there
        Product.OidcProvider => "scope=offline_access",
        _ => "scope=api+offline_access",
    };

    /// <summary>The same request for every product, in its own spelling.</summary>
    public Driving.Load Load(Row row, int port, string[] tokens, double seconds)
    {
        return row.Name switch
        {
            "client_credentials" => Post(TokenPath, ClientCredentialsBody),
            "password" => Post(TokenPath, PasswordBody),
            "refresh" => Post(TokenPath, "grant_type=refresh_token&refresh_token={token}&" + Credentials) with { Opening = PasswordBody },
            "introspection" => Post(IntrospectionPath, "token={token}&" + Credentials),
            _ => new(port, Connections, seconds, "GET", Product is Product.Limit && row == Row.CachedCall ? "/cached" : "/me", null, "Bearer {token}", tokens, null),
        };

        Driving.Load Post(string path, string body) => new(port, Connections, seconds, "POST", path, body, null, tokens, null);
    }
}
