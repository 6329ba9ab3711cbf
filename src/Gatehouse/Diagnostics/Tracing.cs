using System.Diagnostics;

namespace Gatehouse.Diagnostics;

/// <summary>
/// The spans of this provider, under the source <c>Gatehouse</c>, below the one that ASP.NET Core makes of each request: they show where the time goes. Null, and free, unless the trace is recorded.
/// </summary>
internal static class Tracing
{
    public const string SourceName = "Gatehouse";

    private static readonly ActivitySource Source = new(SourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    public static Activity? Span(string name) => Source.StartActivity(name);
}
