using System.Net;

namespace Gatehouse.Server.Tests;

internal sealed partial class Visitor
{
    public Visitor(RunningServer server) : this(server, new())
    {
    }

    private Visitor(RunningServer server, CookieContainer cookies) : this(Client(server, cookies)) => Cookies = cookies;

    public CookieContainer Cookies { get; } = new();

    public string Language { init => http.DefaultRequestHeaders.Add("Accept-Language", value); }

    public async Task<Page> SignInAsync(string name = "alice", string password = RunningServer.Password, string returnUrl = "/account") =>
        await SubmitAsync(await GetAsync("/account/login?ReturnUrl=" + Uri.EscapeDataString(returnUrl)), "/account/login", ("username", name), ("password", password));

    private static HttpClient Client(RunningServer server, CookieContainer cookies) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        CookieContainer = cookies,
        // The development certificate is trusted by nobody but us.
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject.Contains("O=Gatehouse development", StringComparison.Ordinal) },
    })
    { BaseAddress = new(server.Url) };
}
