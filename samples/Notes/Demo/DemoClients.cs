using Gatehouse.Clients;

namespace Notes.Demo;

/// <summary>Two clients to play with, in Development only. A real app registers its clients with the <c>gatehouse</c> tool.</summary>
internal static class DemoClients
{
    /// <summary>Signs in with a user's name and password, as in the seed's flow.</summary>
    public const string Console = "notes-demo";

    /// <summary>Sends the user's browser to the login and consent pages.</summary>
    public const string Browser = "notes-demo-browser";

    public const string CallbackPath = "/demo/callback";

    /// <summary>Makes them anew, and returns the console client's secret, which is another one at every start and stored nowhere.</summary>
    public static async Task<string> RegisterAsync(IClientStore clients, DateTimeOffset now, CancellationToken ct)
    {
        await SaveAsync(clients, new()
        {
            Id = Console,
            Name = "Notes console demo",
            GrantTypes = ["password", "refresh_token"],
            Scope = "notes.read notes.write",
            Secrets = [ClientSecret.New(now, expiresAt: null, out var secret)],
            CreatedAt = now,
        }, ct);
        await SaveAsync(clients, new()
        {
            Id = Browser,
            Name = "Notes browser demo",
            ApplicationType = "native",
            TokenEndpointAuthMethod = "none",
            GrantTypes = ["authorization_code", "refresh_token"],
            // Native clients are matched on any port (RFC 8252 §7.3), so --urls may say what it likes.
            RedirectUris = ["http://127.0.0.1" + CallbackPath, "http://localhost" + CallbackPath],
            Scope = "notes.read notes.write",
            CreatedAt = now,
        }, ct);
        return secret;
    }

    private static async Task SaveAsync(IClientStore clients, Client client, CancellationToken ct)
    {
        if (!await clients.TryUpdateAsync(client, ct)) await clients.TryCreateAsync(client, ct);
    }
}
