using System.Reflection;
using System.Security.Claims;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Bearer;

/// <summary>The app's own API in these tests, and how to call it.</summary>
internal static class Api
{
    public static readonly Action<WebApplication> Map = app =>
    {
        app.MapGet("/me", (ClaimsPrincipal user) => Describe(user)).RequireAuthorization();
        app.MapGet("/read", () => "read").RequireScope("notes.read");
        app.MapPost("/write", () => "written").RequireScope("notes.write");
        app.MapMethods("/any", ["GET", "HEAD", "POST"], (ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? "somebody" : "nobody");
        app.MapPost("/sign-out", (HttpContext http) => http.SignOutAsync()).RequireAuthorization();
        app.MapGet("/admin", () => "admin").RequireAuthorization(policy => policy.RequireRole("admin"));
    };

    /// <summary>Every claim on a line, and how the framework sees the user.</summary>
    public static string Describe(ClaimsPrincipal user) =>
        string.Join('\n', user.Claims.Select(claim => $"{claim.Type}={claim.Value}").Prepend($"{user.Identity?.AuthenticationType}:{user.Identity?.Name}"));

    public static async Task<HttpResponseMessage> CallAsync(this TestProvider provider, string method, string path, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await provider.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static string Challenge(this HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? string.Join(" | ", values) : "";

    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>A store of which every call is counted, and refused while it is down.</summary>
    public static StoreWatch Watch(IServiceCollection services)
    {
        var watch = new StoreWatch();
        var inner = new InMemoryProtocolStore();
        services.AddSingleton(watch.Wrap(inner));
        return watch;
    }
}

internal sealed class StoreWatch
{
    public int Calls;

    public bool IsDown { get; set; }

    public IProtocolStore Wrap(IProtocolStore inner)
    {
        var proxy = DispatchProxy.Create<IProtocolStore, Proxy>();
        ((Proxy)(object)proxy).Set(this, inner);
        return proxy;
    }

    internal class Proxy : DispatchProxy
    {
        private StoreWatch watch = null!;
        private IProtocolStore inner = null!;

        public void Set(StoreWatch watch, IProtocolStore inner) => (this.watch, this.inner) = (watch, inner);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref watch.Calls);
            if (watch.IsDown) throw new IOException("the database is down");
            return targetMethod!.Invoke(inner, args);
        }
    }
}
