using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>The seed's example client, against the sample app.</summary>
[Collection(NotesCollection.Name)]
public sealed class ClientSampleTests(NotesApp notes)
{
    private static Task<Finished> RunAsync(string[] arguments, params (string, string)[] environment) =>
        Shell.RunAsync("dotnet", [Shell.Sample("Client", "Client.dll"), .. arguments], environment, TestContext.Current.CancellationToken);

    [Fact]
    public async Task It_signs_in_calls_refreshes_and_signs_out()
    {
        var client = await RunAsync(["--url", notes.Url.AbsoluteUri, "--user", "bob", "--password", "looking-glass"], ("NOTES_CLIENT_SECRET", notes.ClientSecret));

        Assert.Equal((0, ""), (client.ExitCode, client.Errors));
        Assert.StartsWith("Signed in as user 2; the token lives 3600 seconds.", client.Output, StringComparison.Ordinal);
        Assert.Contains("Learn Jabberwocky by heart", client.Output, StringComparison.Ordinal);
        Assert.Contains("Refreshed.", client.Output, StringComparison.Ordinal);
        Assert.EndsWith("Signed out: the token is refused.\n", client.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("gta_", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_servers_words()
    {
        var password = await RunAsync(["--url", notes.Url.AbsoluteUri, "--user", "carol"], ("NOTES_CLIENT_SECRET", notes.ClientSecret));
        var secret = await RunAsync(["--url", notes.Url.AbsoluteUri, "--client-secret", "wrong"]);

        Assert.Equal((1, 1), (password.ExitCode, secret.ExitCode));
        Assert.StartsWith("invalid_grant: ", password.Errors, StringComparison.Ordinal);
        Assert.StartsWith("invalid_client: ", secret.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url must be https", "--client-secret", "x", "--url", "http://app.example"), InlineData("--client-secret is missing"), InlineData("There is no option --insecure", "--insecure", "true"), InlineData("--user needs a value", "--user")]
    public async Task Wrong_usage_says_what_is_wrong_and_sends_nothing(string problem, params string[] arguments)
    {
        var client = await RunAsync(arguments);

        Assert.Equal((2, ""), (client.ExitCode, client.Output));
        Assert.StartsWith(problem, client.Errors, StringComparison.Ordinal);
    }

    /// <summary>The seed's example switched certificate checks off, and examples are copied.</summary>
    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        var asked = 0;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var impostor = builder.Build();
        impostor.Run(http => { Interlocked.Increment(ref asked); return http.Response.WriteAsync("{}"); });
        await impostor.StartAsync(TestContext.Current.CancellationToken);

        var client = await RunAsync(["--url", impostor.Urls.First(), "--client-secret", "x"]);

        Assert.Equal((1, "", 0), (client.ExitCode, client.Output, asked));
        Assert.Contains("certificate", client.Errors, StringComparison.OrdinalIgnoreCase);
    }
}
