using System.Diagnostics;

namespace Gatehouse.Tests;

/// <summary>For what happens in the background: the fake clock says when, but not on which thread.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "It did not come true within 60 seconds.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
