using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Gatehouse.Audit;

namespace Gatehouse.Cli.Audit;

/// <summary>Which events: the options that all commands over the trail share.</summary>
internal sealed class AuditFilter
{
    private readonly Option<string?> since = new("--since") { Description = "From when on: an age such as 15m, 24h or 7d, or a date.", HelpName = "age|date" };
    private readonly Option<string?> until = new("--until") { Description = "Before when, in the same way.", HelpName = "age|date" };
    private readonly Option<string?> type = new("--type") { Description = "What happened, such as tokens.issued or user.refused.", HelpName = "type" };
    private readonly Option<string?> outcome = new("--outcome") { Description = "success or refused.", HelpName = "outcome" };
    private readonly Option<string?> client = new("--client") { Description = "Through which client.", HelpName = "client_id" };
    private readonly Option<string?> user = new("--user") { Description = "The user (the subject). The trail knows users by a hash; it is made of what you say here.", HelpName = "subject" };
    private readonly Option<string?> address = new("--address") { Description = "From which address; hashed likewise.", HelpName = "ip" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { since, until, type, outcome, client, user, address }) command.Options.Add(option);
    }

    public bool TryRead(ParseResult parsed, PersonalData people, DateTimeOffset now, [NotNullWhen(true)] out AuditQuery? query, [NotNullWhen(false)] out string? problem)
    {
        query = null;
        if (!TryTime("--since", parsed.GetValue(since), now, out var from, out problem) || !TryTime("--until", parsed.GetValue(until), now, out var to, out problem)) return false;
        IPAddress? ip = null;
        if (parsed.GetValue(address) is { } text && !IPAddress.TryParse(text, out ip))
        {
            problem = $"--address '{text}' is no IP address.";
            return false;
        }
        query = new()
        {
            Since = from,
            Until = to,
            Type = parsed.GetValue(type),
            Outcome = parsed.GetValue(outcome),
            ClientId = parsed.GetValue(client),
            Subject = people.HashSubject(parsed.GetValue(user)),
            Address = people.HashAddress(ip),
        };
        return true;
    }

    private static bool TryTime(string option, string? text, DateTimeOffset now, out DateTimeOffset? time, [NotNullWhen(false)] out string? problem)
    {
        (time, problem) = (null, null);
        if (text is null) return true;
        if (text.Length > 1 && int.TryParse(text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100_000)
            time = text[^1] switch { 's' => now.AddSeconds(-count), 'm' => now.AddMinutes(-count), 'h' => now.AddHours(-count), 'd' => now.AddDays(-count), _ => null };
        if (time is null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) time = date;
        if (time is null) problem = $"{option} '{text}' is neither an age such as 15m, 24h or 7d nor a date such as 2026-11-28 or 2026-11-28T12:00:00Z.";
        return problem is null;
    }
}
