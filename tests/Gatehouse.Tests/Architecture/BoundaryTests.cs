namespace Gatehouse.Tests.Architecture;

/// <summary>The flow goes one way: HTTP at the rim, decisions that only read, and one write by the endpoint.</summary>
public sealed class BoundaryTests
{
    private static readonly IReadOnlyList<TypeUses.Use> Uses = TypeUses.Of(typeof(GatehouseOptions).Assembly.Location);

    [Fact]
    public void Http_is_known_only_at_the_rim()
    {
        string[] rim = ["Gatehouse.Http", "Gatehouse.Bearer", "Gatehouse.Pages"];
        var http = Uses.Where(use => IsHttp(use.Namespace)).ToList();
        Assert.Contains(http, use => use.FromNamespace == "Gatehouse.Http");

        var wrong = http.Where(use => use.FromNamespace.StartsWith("Gatehouse.", StringComparison.Ordinal)
            && !rim.Contains(use.FromNamespace) && !IsEndpoint(use));
        Findings.None(wrong);
    }

    [Fact]
    public void Grants_read_and_only_endpoints_write()
    {
        var writers = Uses.Where(use => use is { Namespace: "Gatehouse.Storage", Name: "IProtocolStore" }).ToList();
        Assert.Contains(writers, use => use.FromName == "TokenEndpoint");

        string[] deciding = ["Gatehouse.Grants", "Gatehouse.Authorize", "Gatehouse.ClientAuthentication"];
        Findings.None(writers.Where(use => deciding.Contains(use.FromNamespace) && !IsEndpoint(use)));
    }

    private static bool IsHttp(string @namespace) =>
        @namespace == "Microsoft.AspNetCore.Http" || @namespace.StartsWith("Microsoft.AspNetCore.Http.", StringComparison.Ordinal);

    private static bool IsEndpoint(TypeUses.Use use) => use.FromName.EndsWith("Endpoint", StringComparison.Ordinal);
}
