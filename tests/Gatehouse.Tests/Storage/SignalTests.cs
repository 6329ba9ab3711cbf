using Gatehouse.Storage;

namespace Gatehouse.Tests.Storage;

public sealed class SignalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_wakes_once_however_often_it_was_rung()
    {
        using var signal = new Signal();
        for (var i = 0; i < 3; i++) signal.Ring();

        await signal.WaitAsync(Ct);

        Assert.False(signal.WaitAsync(Ct).IsCompleted);
    }

    /// <summary>A timer's callback that throws ends the process.</summary>
    [Fact]
    public void It_may_be_rung_after_the_app_has_ended()
    {
        var signal = new Signal();
        signal.Dispose();

        signal.Ring();
    }
}
