namespace Gatehouse.Pages.Texts;

/// <summary>
/// Dates and durations, written by ourselves: an app may run without the system's cultures (<c>InvariantGlobalization</c>), and the page's language is the user's, not the server's.
/// </summary>
public sealed record TimeTexts
{
    /// <summary>From January to December, as they stand in a date.</summary>
    public required IReadOnlyList<string> Months { get; init; }

    /// <summary>A date. Values: <c>{day}</c>, <c>{month}</c>, <c>{year}</c>.</summary>
    public required string Date { get; init; }

    /// <summary>So many seconds. A function, because languages differ in what a plural is.</summary>
    public required Func<int, string> Seconds { get; init; }

    /// <summary>So many minutes.</summary>
    public required Func<int, string> Minutes { get; init; }

    /// <summary>So many hours.</summary>
    public required Func<int, string> Hours { get; init; }

    /// <summary>So many days.</summary>
    public required Func<int, string> Days { get; init; }

    /// <summary>A date as the language writes it, in UTC: nobody told us where the user is.</summary>
    public string DateOf(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return Phrase.Fill(Date, ("day", $"{utc.Day}"), ("month", Months[utc.Month - 1]), ("year", $"{utc.Year}"));
    }

    /// <summary>A duration in its largest unit of which there are two or more, rounded up: a promise of an hour must not end after fifty minutes.</summary>
    public string DurationOf(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 2 } => Days(RoundUp(duration.TotalDays)),
        { TotalHours: >= 2 } => Hours(RoundUp(duration.TotalHours)),
        { TotalMinutes: >= 2 } => Minutes(RoundUp(duration.TotalMinutes)),
        _ => Seconds(Math.Max(1, RoundUp(duration.TotalSeconds))),
    };

    private static int RoundUp(double number) => (int)Math.Ceiling(number);
}
