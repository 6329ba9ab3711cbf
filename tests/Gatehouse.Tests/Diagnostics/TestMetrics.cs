using System.Diagnostics.Metrics;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests;

/// <summary>Metrics for whoever needs some and does not read them.</summary>
internal static class TestMetrics
{
    public static Metrics New() => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
