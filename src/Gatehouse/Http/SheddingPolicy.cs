// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Gatehouse.Http;

/// <summary>
/// Refuses while routing, when there is neither a place nor room to wait for one. Routing knows best whose request it is: below whatever prefix, on whatever host, and whether a page of the app's own has taken the place of ours.
/// Endpoints of the app never come this way.
/// </summary>
/// <remarks>It only looks; a place is taken once all of the request is here (<see cref="Admission.RunAsync"/>). Who comes between the two is refused there.</remarks>
internal sealed class SheddingPolicy(Admission admission) : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>After all who say which endpoints cannot be meant.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<Refusal>() is not null);

    public Task ApplyAsync(HttpContext http, CandidateSet candidates)
    {
        if (!admission.IsFullFor(http.Request)) return Task.CompletedTask;
        for (var i = 0; i < candidates.Count; i++)
        {
            // The best comes first; it is the one that would be run.
            if (!candidates.IsValidCandidate(i)) continue;
            if (candidates[i].Endpoint.Metadata.GetMetadata<Refusal>() is { } refusal) candidates.ReplaceEndpoint(i, refusal.Endpoint, candidates[i].Values);
            break;
        }
        return Task.CompletedTask;
    }
}
