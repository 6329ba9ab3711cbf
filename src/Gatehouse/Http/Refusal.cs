// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Gatehouse.Http;

/// <summary>
/// What an endpoint answers when there is too much to do. Itself in the form of an endpoint, one that routing runs at once: so a refusal costs nothing of what the app does with a request, authentication first of all.
/// </summary>
internal sealed class Refusal
{
    /// <param name="answer">The whole answer. It asks nobody: no store, no user, nothing that could be what there is not enough of.</param>
    /// <param name="count">Runs before it.</param>
    public Refusal(RequestDelegate answer, Action count)
    {
        Answer = answer;
        var builder = new RouteEndpointBuilder(CountAndAnswerAsync, RoutePatternFactory.Parse("/"), order: 0) { DisplayName = "Gatehouse is busy" };
        new Conventions(builder).ShortCircuit();
        Endpoint = builder.Build();

        Task CountAndAnswerAsync(HttpContext http)
        {
            count();
            return answer(http);
        }
    }

    /// <summary>For whoever has told already why.</summary>
    public RequestDelegate Answer { get; }

    public Endpoint Endpoint { get; }

    /// <summary>Of the same path and rank, so that whatever routing prefers to <paramref name="endpoint"/> it prefers to its refusal, too.</summary>
    public Endpoint InPlaceOf(RouteEndpoint endpoint) => new RouteEndpoint(Endpoint.RequestDelegate!, endpoint.RoutePattern, endpoint.Order, Endpoint.Metadata, Endpoint.DisplayName);

    // The framework has a public way to say it of an endpoint that is being mapped, and none for one that never is.
    private sealed class Conventions(EndpointBuilder builder) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => convention(builder);
    }
}
