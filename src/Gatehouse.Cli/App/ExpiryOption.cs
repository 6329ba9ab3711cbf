using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatehouse.Cli.App;

/// <summary>When a secret stops working.</summary>
internal sealed class ExpiryOption() : Option<string?>("--expires")
{
    public static ExpiryOption New(string description) => new() { Description = description, HelpName = "90d|date" };

    public bool TryRead(ParseResult parsed, DateTimeOffset now, out DateTimeOffset? expiresAt, [NotNullWhen(false)] out string? problem)
    {
        (expiresAt, problem) = (null, null);
        if (parsed.GetValue(this) is not { } text) return true;
        if (text.EndsWith('d') && int.TryParse(text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36500)
            expiresAt = now.AddDays(days);
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > now)
            expiresAt = date;
        else
            problem = $"--expires '{text}' is neither a number of days such as 90d nor a date in the future such as 2031-12-31 or 2031-12-31T12:00:00Z.";
        return problem is null;
    }
}
