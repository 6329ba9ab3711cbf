using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Testing;

/// <summary>One line of the log, with everything that a sink could have written: the message, its values one by one, the scopes around it, the exception.</summary>
public sealed record LogLine(
    string Category, LogLevel Level, EventId Event, string Message, IReadOnlyList<KeyValuePair<string, string>> Values, IReadOnlyList<string> Scopes, Exception? Exception)
{
    /// <summary>All of it, as text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Level} {Category}[{Event.Id} {Event.Name}] {Message}");
        foreach (var (name, value) in Values) text.Append(CultureInfo.InvariantCulture, $"\n  {name} = {value}");
        foreach (var scope in Scopes) text.Append(CultureInfo.InvariantCulture, $"\n  => {scope}");
        return Exception is null ? text.ToString() : text.Append('\n').Append(Exception).ToString();
    }
}

/// <summary>Keeps every line at every level, so that a test can say what was logged, and that no secret ever was.</summary>
public sealed class RecordingLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogLine> lines = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    /// <summary>What was logged so far, in order.</summary>
    public IReadOnlyList<LogLine> Lines => [.. lines];

    /// <summary>The lines that hold a secret: as it is, percent-encoded, or in base64 as a Basic header would have it.</summary>
    public IReadOnlyList<LogLine> LinesThatMention(params IReadOnlyCollection<string> secrets)
    {
        var spellings = secrets.SelectMany(Spellings).Distinct(StringComparer.Ordinal).ToList();
        return [.. lines.Where(line => line.ToString() is var text && spellings.Any(spelling => text.Contains(spelling, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new RecordingLogger(this, categoryName);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static IEnumerable<string> Spellings(string secret)
    {
        if (secret.Length == 0) throw new ArgumentException("Every line mentions the empty string.", nameof(secret));
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        // A secret in the middle of a base64 text is shifted by 0, 1 or 2 bytes; the characters at its edges mix with its neighbours and are left out.
        for (var shift = 0; shift < 3; shift++)
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('.', shift) + secret)).TrimEnd('=');
            var inner = encoded[(shift == 0 ? 0 : shift + 1)..^1];
            if (inner.Length >= 8) yield return inner;
        }
    }

    private sealed class RecordingLogger(RecordingLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            owner.scopes.ForEachScope(static (scope, list) => list.Add(Describe(scope)), scopes);
            owner.lines.Enqueue(new(category, logLevel, eventId, formatter(state, exception), [.. Values(state)], scopes, exception));
        }

        private static IEnumerable<KeyValuePair<string, string>> Values(object? state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.Select(static pair => KeyValuePair.Create(pair.Key, Describe(pair.Value))) : [];

        private static string Describe(object? value) => value switch
        {
            null => "",
            string text => text,
            IEnumerable<KeyValuePair<string, object?>> pairs => $"{value} {{{string.Join(", ", pairs.Select(static pair => $"{pair.Key} = {Describe(pair.Value)}"))}}}",
            System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Describe))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
    }
}
