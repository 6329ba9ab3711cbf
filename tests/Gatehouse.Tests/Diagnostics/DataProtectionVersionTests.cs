using Gatehouse.Diagnostics;

namespace Gatehouse.Tests.Diagnostics;

public sealed class DataProtectionVersionTests
{
    [Theory, InlineData("10.0.0"), InlineData("10.0.6"), InlineData("10.0.6+abc"), InlineData("10.0.3-servicing.1")]
    [Trait("SR", "SR-247")]
    public void A_version_that_accepts_forged_cookies_stops_the_app(string version) =>
        Assert.Contains("CVE-2026-40372", DataProtectionVersion.Problem(version), StringComparison.Ordinal);

    [Theory, InlineData("10.0.7"), InlineData("10.0.12+95017c711e"), InlineData("9.0.23"), InlineData("11.0.0"), InlineData(null)]
    [Trait("SR", "SR-247")]
    public void Any_other_version_does_not(string? version) => Assert.Null(DataProtectionVersion.Problem(version));

    [Fact]
    public void The_version_that_runs_here_is_known() => Assert.Null(DataProtectionVersion.Problem());
}
