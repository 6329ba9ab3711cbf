using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;

namespace Notes.Demo;

/// <summary>What to paste into a shell to see Gatehouse work, printed at every start in Development.</summary>
internal static class Walkthrough
{
    // One for the whole process, so that it can be printed: a real client makes one for each sign-in and keeps it to itself.
    private static readonly string CodeVerifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static async Task PrintWalkthroughAsync(this WebApplication app)
    {
        var secret = await DemoClients.RegisterAsync(app.Services.GetRequiredService<IClientStore>(), TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Console.WriteLine(Text(AddressOf(app), secret));
    }

    /// <summary>Where the browser comes back to: shows what its client would now do.</summary>
    public static void MapDemoCallback(this WebApplication app) => app.MapGet(DemoClients.CallbackPath, (string? code, string? error, HttpRequest request) =>
        // What is shown is meant to be pasted into a shell, so only what a code can be made of is shown.
        code is not null && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"""
              The code is here. Within a minute, paste:

              curl -s -d grant_type=authorization_code -d client_id={DemoClients.Browser} -d code={code} -d code_verifier={CodeVerifier} --data-urlencode redirect_uri={request.Scheme}://{request.Host}{DemoClients.CallbackPath} {request.Scheme}://{request.Host}/oauth2/token; echo
              """
            : error == "access_denied" ? "You said no, so there is no code." : "There is no code. Begin again at the link in the app's console.").ExcludeFromDescription();

    private static string Text(string url, string secret) => $$"""

        Notes is at {{url}}: sign in as alice (wonderland) or bob (looking-glass).

        Its API takes tokens. Paste these into another shell, one after the other.

        # 1. A token for alice, to the client {{DemoClients.Console}}
        TOKENS=$(curl -s -u '{{DemoClients.Console}}:{{secret}}' -d grant_type=password -d username=alice -d password=wonderland {{url}}/oauth2/token); echo "$TOKENS"
        {{Pick}}

        # 2. Call the API with it
        curl -s -H "Authorization: Bearer $ACCESS" {{url}}/api/me; echo
        curl -s -H "Authorization: Bearer $ACCESS" {{url}}/api/notes; echo
        curl -s -H "Authorization: Bearer $ACCESS" -H 'Content-Type: application/json' -d '{"text":"Written by a client"}' {{url}}/api/notes; echo

        # 3. Refresh: a new access token and a new refresh token
        TOKENS=$(curl -s -u '{{DemoClients.Console}}:{{secret}}' -d grant_type=refresh_token -d "refresh_token=$REFRESH" {{url}}/oauth2/token); echo "$TOKENS"
        {{Pick}}

        # 4. Sign out: 204, and from then on 401
        curl -s -w '%{http_code}\n' -X POST -H "Authorization: Bearer $ACCESS" {{url}}/api/sign-out
        curl -s -w '%{http_code}\n' -H "Authorization: Bearer $ACCESS" {{url}}/api/notes

        In a browser, with login and consent pages, to the client {{DemoClients.Browser}}:
        {{url}}/oauth2/authorize?response_type=code&client_id={{DemoClients.Browser}}&scope=notes.read&redirect_uri={{Uri.EscapeDataString(url + DemoClients.CallbackPath)}}&code_challenge_method=S256&code_challenge={{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(CodeVerifier)))}}

        """;

    private const string Pick = """ACCESS=$(echo "$TOKENS" | sed 's/.*"access_token": *"\([^"]*\)".*/\1/'); REFRESH=$(echo "$TOKENS" | sed 's/.*"refresh_token": *"\([^"]*\)".*/\1/')""";

    /// <summary>The first address that is listened to, as this machine can reach it.</summary>
    private static string AddressOf(WebApplication app)
    {
        var address = BindingAddress.Parse(app.Urls.First());
        return $"{address.Scheme}://{(address.Host is "[::]" or "0.0.0.0" or "+" or "*" ? "127.0.0.1" : address.Host)}:{address.Port}";
    }
}
