using System.Text;

namespace Gatehouse.Cli.Tests;

public sealed class RegistrationCommandTests
{
    [Fact]
    public async Task A_token_is_shown_once_and_stored_as_a_hash()
    {
        await using var app = new AppFolder();

        var json = (await app.RunAsync("registration", "create-token", "--uses", "3", "--expires", "30d", "--json")).Succeeded().Json;

        var token = json.GetProperty("initial_access_token").GetString()!;
        Assert.StartsWith("gti_" + json.GetProperty("id").GetString(), token, StringComparison.Ordinal);
        Assert.Equal(3, json.GetProperty("uses").GetInt32());
        Assert.True(json.GetProperty("expires_at").GetInt64() > 0);
        Assert.DoesNotContain(token, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(app.Database, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_can_be_revoked_by_its_id()
    {
        await using var app = new AppFolder();
        var id = (await app.RunAsync("registration", "create-token", "--json")).Succeeded().Json.GetProperty("id").GetString()!;

        (await app.RunAsync("registration", "revoke-token", id)).Succeeded();

        (await app.RunAsync("registration", "revoke-token", id)).Refused(1, "There is no initial access token");
        (await app.RunAsync("registration", "revoke-token", "unknown")).Refused(1, "There is no initial access token");
    }

    [Theory]
    [InlineData("--uses", "0")]
    [InlineData("--expires", "yesterday")]
    public async Task What_makes_no_sense_is_refused(string option, string value)
    {
        await using var app = new AppFolder();

        (await app.RunAsync("registration", "create-token", option, value)).Refused(2, option);
    }
}
