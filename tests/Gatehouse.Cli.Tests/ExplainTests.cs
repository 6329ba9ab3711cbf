namespace Gatehouse.Cli.Tests;

public sealed class ExplainTests
{
    [Fact]
    public async Task A_number_of_the_log_is_explained_in_three_parts_without_a_database()
    {
        var run = (await ToolRun.RunAsync("explain", "1423", "--json")).Succeeded().Json;

        Assert.Equal("Warning", run.GetProperty("level").GetString());
        Assert.Contains("used twice", run.GetProperty("what_happened").GetString(), StringComparison.Ordinal);
        Assert.Contains("thief", run.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Contains("Gatehouse:RefreshTokenRetryWindow", run.GetProperty("what_to_change").GetString(), StringComparison.Ordinal);
        Assert.Equal("docs/errors/1400.md#1423", run.GetProperty("document").GetString());
    }

    [Theory]
    [InlineData("1703", "Debug")]
    [InlineData("6001", "docs/redis.md#when-redis-is-away")]
    [InlineData("5002", "see the log for 1202 and 1203")]
    [InlineData("7002", "What happened:  Gatehouse:Issuer is not set.")]
    public async Task A_terminal_gets_no_marks_of_a_page(string number, string shown)
    {
        var output = (await ToolRun.RunAsync("explain", number)).Succeeded().Output;

        Assert.Contains(shown, output, StringComparison.Ordinal);
        Assert.DoesNotContain("](", output, StringComparison.Ordinal);
        Assert.DoesNotContain('`', output);
    }

    [Theory]
    [InlineData("1999")]
    [InlineData("9")]
    [InlineData("-1423")]
    [InlineData("01423")]
    [InlineData("weather")]
    public async Task A_number_that_nothing_logs_is_refused(string number) => (await ToolRun.RunAsync("explain", number)).Refused(1, number);

    [Fact]
    public async Task A_check_of_the_doctor_is_explained_by_its_name()
    {
        var run = (await ToolRun.RunAsync("explain", "node", "keys", "--json")).Succeeded().Json;

        Assert.Equal("fail", run.GetProperty("level").GetString());
        Assert.Contains("Data Protection", run.GetProperty("what_to_change").GetString(), StringComparison.Ordinal);
        Assert.Equal("docs/errors/doctor.md#node-keys", run.GetProperty("document").GetString());
    }
}
