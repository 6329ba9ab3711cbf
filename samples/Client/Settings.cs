namespace NotesClient;

/// <summary>Where to go and who we are: from <c>--name value</c>, else from the environment (<c>NOTES_CLIENT_SECRET</c> and so on).</summary>
internal sealed record Settings(Uri Url, string ClientId, string ClientSecret, string UserName, string Password)
{
    public const string Usage = """
        Signs in to the Notes sample, lists, adds and deletes a note, refreshes, and signs out.

          dotnet run --project samples/Client -- --client-secret gts_...

          --url            NOTES_URL             http://127.0.0.1:5080
          --client-id      NOTES_CLIENT_ID       notes-demo
          --client-secret  NOTES_CLIENT_SECRET   printed by Notes when it starts
          --user           NOTES_USER            alice
          --password       NOTES_PASSWORD        wonderland

        Other users of this machine can read a command line while it runs: give real secrets by the environment.
        """;

    private static readonly string[] Names = ["url", "client-id", "client-secret", "user", "password"];

    /// <summary>The settings, or what is wrong with them.</summary>
    public static (Settings? Settings, string? Problem) Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || !Names.Contains(args[i][2..])) return (null, $"There is no option {args[i]}.");
            if (i + 1 == args.Length) return (null, $"{args[i]} needs a value.");
            given[args[i][2..]] = args[i + 1];
        }
        string? Find(string name, string? otherwise) =>
            given.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable("NOTES_" + name.Replace('-', '_').ToUpperInvariant()) ?? otherwise;

        if (!Uri.TryCreate(Find("url", "http://127.0.0.1:5080"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) return (null, "--url is not an http or https URL.");
        // A password over plain http can be read by everybody on the way; on this machine there is no way.
        if (url.Scheme == "http" && !url.IsLoopback) return (null, "--url must be https, except on this machine.");
        if (Find("client-secret", null) is not { } secret) return (null, "--client-secret is missing.");
        return (new(url, Find("client-id", "notes-demo")!, secret, Find("user", "alice")!, Find("password", "wonderland")!), null);
    }
}
