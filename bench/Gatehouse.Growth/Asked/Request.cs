using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Growth.Asked;

/// <summary>One thing that somebody outside asks a node for.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Prepare">What is sent; making it is not measured.</param>
/// <param name="After">Sees what was sent and answered, and puts back what it used up; not measured.</param>
internal sealed record Request(string Name, Func<Visitors, int, Task<List<Sent>>> Prepare, Func<Visitors, List<Sent>, string[], Task>? After = null)
{
    private const string Credentials = "&client_id=the-app&client_secret=" + Node.Secret, Token = "/oauth2/token", Redirect = "https%3A%2F%2Fclient.example%2Fcb", Scope = "notes.read%20notes.write";

    private static long verifiers;

    public static readonly Request
        Call = new("call with a reference token", static (all, count) => Done(all.AccessTokens(count), token => new("/me", Bearer: token))),
        Refresh = new("refresh", static (all, count) => Done(all.TakeRefreshTokens(count), token => new(Token, "grant_type=refresh_token&refresh_token=" + token + Credentials)), static (all, _, answers) =>
        {
            all.Bring(answers);
            return Task.CompletedTask;
        }),
        Authorize = new("authorize, consent is stored", static (all, count) => Done(all.Browsers(count), visitor => NewAuthorization(visitor).Sent), static (all, sent, _) => all.LeaveAsync(VisitorsOf(sent))),
        CodeExchange = new("code exchange", static async (all, count) =>
        {
            var asked = all.Browsers(count).ConvertAll(NewAuthorization);
            var answers = await all.Node.SendAsync([.. asked.Select(one => one.Sent)]);
            await all.LeaveAsync(VisitorsOf(asked.Select(one => one.Sent)));
            return [.. asked.Zip(answers, (one, answer) => new Sent(Token, $"grant_type=authorization_code&code={CodeOf(answer)}&code_verifier={one.Verifier}&redirect_uri={Redirect}{Credentials}"))];
        }),
        EndSession = new("sign out: end a session and its tokens", static (all, count) => Done(all.Browsers(count), visitor => new("/sign-out", Cookie: visitor.Cookie, Subject: visitor)), static (all, sent, _) => all.ReviveSessionsAsync([.. VisitorsOf(sent)]));

    public static readonly Request[] All =
    [
        Call,
        new("introspection", static (all, count) => Done(all.AccessTokens(count), token => new("/oauth2/introspect", "token=" + token + Credentials))),
        new("client credentials, JWT", static (_, count) => Done(Enumerable.Repeat(0, count), _ => new(Token, $"grant_type=client_credentials&scope={Scope}&resource=https%3A%2F%2Fapi.example.com{Credentials}"))),
        new("sign in with a password", static (all, count) => Done(all.Browsers(count), visitor => new(Token, $"grant_type=password&username={visitor.Subject}&password={Node.Password}&scope={Scope}{Credentials}"))),
        new("failed password", static (_, count) => Done(Enumerable.Range(0, count), _ => new(Token, $"grant_type=password&username=nobody-{Guid.NewGuid():N}&password=guessed&scope={Scope}{Credentials}", Status: 400))),
        Authorize,
        CodeExchange,
        Refresh,
        new("revoke a refresh token and its family", static (all, count) => Done(all.RevocableTokens(count), token => new("/oauth2/revoke", "token=" + token + Credentials, Subject: token)), static (all, sent, _) => all.ReviveFamiliesAsync(sent.Select(one => (string)one.Subject!))),
        EndSession,
        new("the page of connected apps", static (all, count) => Done(all.Browsers(count), visitor => new("/oauth2/apps", Cookie: visitor.Cookie, Subject: visitor)), static (all, sent, _) => all.LeaveAsync(VisitorsOf(sent))),
    ];

    private static Task<List<Sent>> Done<T>(IEnumerable<T> all, Func<T, Sent> send) => Task.FromResult(all.Select(send).ToList());

    private static IEnumerable<Visitor> VisitorsOf(IEnumerable<Sent> sent) => sent.Select(one => (Visitor)one.Subject!);

    /// <summary>With a new challenge, as each client must make one.</summary>
    private static (Sent Sent, string Verifier) NewAuthorization(Visitor visitor)
    {
        var verifier = Interlocked.Increment(ref verifiers).ToString("D43", CultureInfo.InvariantCulture);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return (new($"/oauth2/authorize?response_type=code&client_id=the-app&redirect_uri={Redirect}&scope={Scope}&state=xyz&code_challenge={challenge}&code_challenge_method=S256", Cookie: visitor.Cookie, Status: 303, Subject: visitor), verifier);
    }

    private static string CodeOf(string answer) => answer.Split("code=")[1].Split('&')[0];
}
