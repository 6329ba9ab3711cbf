// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Gatehouse.Http;

/// <summary>
/// Refuses while routing, when there is neither a place nor room to wait for one. Routing knows best whose request it is: below whatever prefix, on whatever host, and whether a page of the app's own has taken the place of ours.
/// Endpoints of the app never come this way.
/// </summary>
/// <remarks>
/// It only looks; a place is taken once all of the request is here (<see cref="Admission.RunAsync"/>). Who comes between the two is refused there. It is a fork in the routing tree and not a selector of endpoints:
/// where there is one of those, routing keeps lists of candidates for each request.
/// </remarks>
internal sealed class SheddingPolicy(Admission admission) : MatcherPolicy, INodeBuilderPolicy
{
    /// <summary>After all who say which endpoints cannot be meant.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint => RefusalOf(endpoint) is not null);

    /// <summary>The same endpoints, but for those that would refuse.</summary>
    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints) =>
        [new(Way.In, endpoints), new(Way.Out, [.. endpoints.Select(endpoint => RefusalOf(endpoint)?.InPlaceOf((RouteEndpoint)endpoint) ?? endpoint)])];

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) =>
        new Fork(admission, edges.Single(edge => edge.State is Way.In).Destination, edges.Single(edge => edge.State is Way.Out).Destination);

    private static Refusal? RefusalOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Refusal>();

    private enum Way { In, Out }

    private sealed class Fork(Admission admission, int way, int wayOut) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext) => admission.IsFullFor(httpContext.Request) ? wayOut : way;
    }
}
