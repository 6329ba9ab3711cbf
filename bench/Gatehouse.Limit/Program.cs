// The bare endpoint: what any provider on Kestrel must do for these requests, and nothing else. No client is authenticated, no rule is
// checked, no service is resolved: one form, one signature, one insert or one look-up, one answer. It is the limit that the others are compared with.
using Gatehouse.Limit;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var app = builder.Build();

ITokens? tokens = builder.Configuration["store"] switch
{
    "postgresql" => await PostgreSqlTokens.OpenAsync(builder.Configuration["connection"]!),
    "sqlite" => new SqliteTokens(builder.Configuration["connection"]!),
    _ => null,
};
var cache = new TokenCache();

app.MapGet("/health", (RequestDelegate)(context => Answer.WriteAsync(context, "{}"u8)));
app.MapGet("/sign-in", (RequestDelegate)(context => Answer.WriteAsync(context, "{}"u8)));
app.MapGet("/authorize", (RequestDelegate)AuthorizeAsync);
app.MapPost("/token", (RequestDelegate)TokenAsync);
app.MapPost("/introspect", (RequestDelegate)IntrospectAsync);
app.MapGet("/me", (RequestDelegate)MeAsync);
app.MapGet("/cached", (RequestDelegate)CachedAsync);
app.Run();

// Believes whoever asks, and remembers what the code will be held to.
async Task AuthorizeAsync(HttpContext context)
{
    var query = context.Request.Query;
    var code = ReferenceToken.New(out var hash);
    await tokens!.InsertAsync(hash, (string?)query["code_challenge"] ?? "");
    context.Response.StatusCode = StatusCodes.Status303SeeOther;
    context.Response.ContentLength = 0;
    // For an ID token: what was asked for is part of the code.
    context.Response.Headers.Location = $"{query["redirect_uri"]}?code={code}{(((string?)query["scope"])!.StartsWith("openid", StringComparison.Ordinal) ? "." : "")}&state={query["state"]}";
}

async Task TokenAsync(HttpContext context)
{
    var form = await context.Request.ReadFormAsync();
    switch ((string?)form["grant_type"])
    {
        case "client_credentials":
            await Answer.WriteAsync(context, Answer.Token(SignedToken.New(), refreshToken: null));
            return;

        // One row stands for the whole grant: the least that anybody could store. Its token is the access and the refresh token at once.
        case "password":
            var token = ReferenceToken.New(out var hash);
            if (tokens is null) cache.Add(hash, "alice");
            else await tokens.InsertAsync(hash);
            await Answer.WriteAsync(context, Answer.Token(token, token));
            return;

        // Who presents a code must know its verifier before it is spent: a look-up, and then the rotation.
        case "authorization_code" when tokens is not null && form["code"] is [{ } code] && form["code_verifier"] is [{ } verifier]:
            var (codeHash, withIdToken) = (ReferenceToken.Hash(code.TrimEnd('.')), code.EndsWith('.'));
            if (await tokens.FindAsync(codeHash) is not { } challenge || challenge != ReferenceToken.Challenge(verifier)) break;
            var first = ReferenceToken.New(out var firstHash);
            if (!await tokens.TryRotateAsync(codeHash, firstHash)) break;
            await Answer.WriteAsync(context, Answer.Token(first, first, withIdToken ? SignedToken.New() : null));
            return;

        case "refresh_token" when tokens is not null && form["refresh_token"] is [{ } old]:
            var successor = ReferenceToken.New(out var successorHash);
            if (!await tokens.TryRotateAsync(ReferenceToken.Hash(old), successorHash)) break;
            await Answer.WriteAsync(context, Answer.Token(successor, successor));
            return;
    }
    context.Response.StatusCode = StatusCodes.Status400BadRequest;
}

async Task IntrospectAsync(HttpContext context)
{
    var form = await context.Request.ReadFormAsync();
    if (form["token"] is [{ } token] && await tokens!.FindAsync(ReferenceToken.Hash(token)) is { } subject) await Answer.WriteAsync(context, Answer.Subject(subject));
    else context.Response.StatusCode = StatusCodes.Status400BadRequest;
}

async Task MeAsync(HttpContext context)
{
    if (ReferenceToken.FromHeader(context) is { } token && await tokens!.FindAsync(ReferenceToken.Hash(token)) is { } subject) await Answer.WriteAsync(context, Answer.Subject(subject));
    else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
}

Task CachedAsync(HttpContext context)
{
    if (ReferenceToken.FromHeader(context) is { } token && cache.Find(ReferenceToken.Hash(token)) is { } subject) return Answer.WriteAsync(context, Answer.Subject(subject));
    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    return Task.CompletedTask;
}
