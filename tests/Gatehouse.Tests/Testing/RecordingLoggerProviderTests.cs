using System.Text;
using CsCheck;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Testing;

/// <summary>"Nothing secret in the log" is shown by looking for it: so the one who looks has to see.</summary>
public sealed class RecordingLoggerProviderTests : IDisposable
{
    private const string Secret = "s3cr3t/päss word";
    private readonly RecordingLoggerProvider logs = new();
    private readonly LoggerFactory loggers;
    private readonly ILogger log;

    public RecordingLoggerProviderTests()
    {
        loggers = new([logs], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        log = loggers.CreateLogger("category");
    }

    [Fact]
    public void A_secret_is_found_in_the_message_in_a_value_in_a_scope_and_in_an_exception()
    {
        log.LogTrace("It is {Value}.", Secret);
        log.LogInformation("It is among {Values}.", (object)new[] { "x", Secret });
        using (log.BeginScope(new Dictionary<string, object?> { ["user"] = Secret })) log.LogInformation("In a scope.");
        using (log.BeginScope("in {Scope}", Secret)) log.LogInformation("In another.");
        log.LogError(new InvalidOperationException("outer", new IOException(Secret)), "Failed.");
        log.LogInformation("Nothing here.");
        Assert.Equal(6, logs.Lines.Count);
        Assert.Equal(logs.Lines.Take(5), logs.LinesThatMention("unrelated", Secret));
    }

    [Fact]
    public void A_secret_is_found_percent_encoded_and_within_a_basic_header() =>
        Gen.String[Gen.Char['a', 'z'], 0, 9].Sample(user =>
        {
            using var mine = new RecordingLoggerProvider();
            var log = mine.CreateLogger("category");
            log.LogInformation("Body: {Body}", "password=" + Uri.EscapeDataString(Secret));
            log.LogInformation("Header: {Header}", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Secret}")));
            log.LogInformation("Header: {Header}", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Secret}:more")));
            Assert.Equal(3, mine.LinesThatMention(Secret).Count);
        });

    [Fact]
    public void Scopes_end_where_they_end()
    {
        using (log.BeginScope("in {Scope}", Secret)) log.LogInformation("In it.");
        log.LogInformation("After it.");
        Assert.Equal("In it.", Assert.Single(logs.LinesThatMention(Secret)).Message);
    }

    public void Dispose()
    {
        loggers.Dispose();
        logs.Dispose();
    }
}
