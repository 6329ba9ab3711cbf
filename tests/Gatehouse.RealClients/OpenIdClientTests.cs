using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.RealClients;

/// <summary>npm's openid-client, which is certified itself and throws when an answer breaks a rule of the specifications.</summary>
[Collection(OneServer.Name)]
public sealed class OpenIdClientTests(GatehouseServer server, NodeModules modules) : IClassFixture<NodeModules>
{
    [Theory]
    [InlineData("node-basic", "client_secret_basic", "ES256")]
    [InlineData("node-post", "client_secret_post", "PS256")]
    public async Task It_signs_in_reads_userinfo_refreshes_introspects_revokes_and_signs_out(string clientId, string authentication, string algorithm)
    {
        var settings = JsonSerializer.Serialize(new
        {
            issuer = server.Issuer,
            clientId,
            clientSecret = GatehouseServer.SecretOf(clientId),
            redirectUri = "https://rp.example/callback",
            postLogoutRedirectUri = "https://rp.example/bye",
            authentication,
        });
        var start = new ProcessStartInfo("node", [Path.Combine(modules.Folder, "journey.mjs"), settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_EXTRA_CA_CERTS"] = server.Certificates.Authority;
        start.Environment["ID_TOKEN_ALG"] = algorithm;
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var browser = new TextBrowser(server);
        JsonElement? result = null;
        while (result is null && await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var said = JsonDocument.Parse(line).RootElement;
            if (said.TryGetProperty("visit", out var url))
                await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { arrived = await browser.VisitAsync(url.GetString()!, GatehouseServer.User, GatehouseServer.Password) }));
            else
                result = said;
        }
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(result is not null && node.ExitCode == 0, await errors + server.Output);

        var answer = result.Value;
        var (claims, refreshed, userinfo) = (answer.GetProperty("claims"), answer.GetProperty("refreshedClaims"), answer.GetProperty("userinfo"));
        foreach (var same in (string[])["iss", "sub", "aud", "auth_time"]) Assert.Equal(claims.GetProperty(same).ToString(), refreshed.GetProperty(same).ToString());
        Assert.False(refreshed.TryGetProperty("nonce", out _));
        Assert.Equal(("Alice Liddell", "alice@wonder.example", true), (userinfo.GetProperty("name").GetString(), userinfo.GetProperty("email").GetString(), userinfo.GetProperty("email_verified").GetBoolean()));
        Assert.Equal("Oxford", userinfo.GetProperty("address").GetProperty("locality").GetString());
        Assert.InRange(userinfo.GetProperty("updated_at").GetInt64(), 1_700_000_000, long.MaxValue);
        Assert.Equal((true, false, "invalid_grant"), (answer.GetProperty("active").GetBoolean(), answer.GetProperty("revoked").GetBoolean(), answer.GetProperty("refusal").GetString()));
        Assert.Equal("https://rp.example/bye?state=signed-out", answer.GetProperty("signedOutAt").GetString());
    }
}

/// <summary>openid-client, as its lock file says, in a folder of this run.</summary>
public sealed class NodeModules : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("gatehouse-node-").FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Gatehouse.RealClients/openid-client")))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        Process npm;
        try
        {
            npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]) { WorkingDirectory = Folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("These tests run openid-client, which needs Node.js and npm. Install them (Debian: apt-get install nodejs npm).", e);
        }
        using (npm)
        {
            var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0) throw new InvalidOperationException("npm could not install openid-client; see whether the npm registry can be reached:\n" + string.Join('\n', said));
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
