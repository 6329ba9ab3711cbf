using Gatehouse.Load.Driving;

namespace Gatehouse.Load;

internal enum Product { Limit, Gatehouse, OidcProvider, OpenIddict }

internal enum Store { None, Memory, Sqlite, PostgreSql }

/// <summary>A server as it is started, and the rows that it is measured for.</summary>
/// <param name="Settings">Besides port and connection.</param>
internal sealed record Target(string Name, Product Product, Store Store, Row[] Rows, params (string Name, string Value)[] Settings)
{
    public const int Connections = 16;

    private const string RedirectUri = "https%3A%2F%2Fclient.example%2Fcb";
    public const string Secret = "bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static readonly Row[] WithReferenceTokens = [Row.Password, Row.CodeExchange, Row.Refresh, Row.Introspection, Row.Call, Row.SignIn];

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

    /// <summary>The server of its own, <c>Gatehouse.Server</c>, and not an app that has Gatehouse in it.</summary>
    public bool IsStandalone { get; init; }

    public string TokenPath => Product is Product.Gatehouse ? "/oauth2/token" : "/token";

    public string IntrospectionPath => Product switch
    {
        Product.Gatehouse => "/oauth2/introspect",
        Product.OidcProvider => "/token/introspection",
        _ => "/introspect",
    };

    public string HealthPath => IsStandalone ? "/health/ready" : Product is Product.OidcProvider ? "/.well-known/openid-configuration" : "/health";

    private static string Credentials => "client_id=bench-client&client_secret=" + Secret;

    public string PasswordBody => "grant_type=password&username=alice&password=A3ddj3w-pass&" + Scope + "&" + Credentials;

    public string ClientCredentialsBody => "grant_type=client_credentials&scope=api&" + Credentials + (Product is Product.Gatehouse ? "&resource=https%3A%2F%2Fapi.example.com" : "");

    private string Scope => Product switch
    {
        Product.Gatehouse => "scope=api", // a refresh token needs no scope there
        Product.OidcProvider => "scope=offline_access",
        _ => "scope=api+offline_access",
    };

    public string AuthorizePath => Product switch
    {
        Product.Gatehouse => "/oauth2/authorize",
        Product.OidcProvider => "/auth",
        _ => "/authorize",
    };

    /// <summary>A browser is sent to the app by this request, and comes back from the provider with a code: <paramref name="scope"/> <c>api</c> for OAuth alone, <c>openid</c> for OpenID Connect.</summary>
    public Step Authorize(string scope, string? cookie) => new(
        "GET", $"{AuthorizePath}?response_type=code&client_id=bench-client&redirect_uri={RedirectUri}&scope={scope}&state=xyz&code_challenge={{challenge}}&code_challenge_method=S256",
        Cookie: cookie, Redirects: true, Counts: false);

    public Step Exchange => Step.Post(TokenPath, $"grant_type=authorization_code&code={{code}}&redirect_uri={RedirectUri}&code_verifier={{verifier}}&" + Credentials);

    public Step Refresh => Step.Post(TokenPath, "grant_type=refresh_token&refresh_token={refresh_token}&" + Credentials);

    public static Step Call(string token, string path = "/me") => new("GET", path, Authorization: $"Bearer {{{token}}}");

    /// <summary>The same requests for every product, in its own spelling.</summary>
    /// <param name="row">What is measured.</param>
    /// <param name="port">Where.</param>
    /// <param name="tokens">For rows that need them.</param>
    /// <param name="cookie">Of somebody who is signed in, for rows that need one.</param>
    /// <param name="seconds">How long.</param>
    public Driving.Load Load(Row row, int port, string[] tokens, string? cookie, double seconds)
    {
        return row.Name switch
        {
            "client_credentials" => One(Step.Post(TokenPath, ClientCredentialsBody)),
            "password" => One(Step.Post(TokenPath, PasswordBody)),
            "code" => One(Exchange) with { Codes = Codes.Use },
            "refresh" => One(Refresh) with { Once = [Step.Post(TokenPath, PasswordBody) with { Counts = false }] },
            "introspection" => One(Step.Post(IntrospectionPath, "token={token}&" + Credentials)),
            "sign-in" => One(Refresh) with { Again = [Authorize(SignInScope, cookie), Exchange with { Counts = false }, Call("access_token") with { Counts = false }, Refresh] },
            _ => One(Call("token", Product is Product.Limit && row == Row.CachedCall ? "/cached" : "/me")),
        };

        Driving.Load One(Step step) => Driving.Load.Of(step, port, Connections, seconds, tokens);
    }

    /// <summary>What a load with codes needs before it: codes, kept by the driver. Half as long again, as a provider may be faster at exchanging codes than at giving them.</summary>
    public Driving.Load? Before(Row row, int port, string? cookie, double seconds) =>
        row == Row.CodeExchange ? Driving.Load.Of(Authorize("api", cookie) with { Counts = true }, port, Connections, seconds * 1.5, []) with { Codes = Codes.Keep } : null;

    /// <summary>
    /// Ten things that users of an app do: seven calls, two refreshes, and one new sign-in, which is two requests (authorize and code exchange) and counts once, when it has its tokens.
    /// </summary>
    public Step[] Mix(string cookie)
    {
        Step[] signIn = [Authorize("api", cookie), Exchange];
        var call = Call("access_token");
        return [.. signIn, call, call, call, Refresh, call, call, Refresh, call, call];
    }

    private string SignInScope => Product is Product.OpenIddict ? "openid+api+offline_access" : "openid+api";
}
