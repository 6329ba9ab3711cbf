using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Users;

/// <summary>Asks the app whether a user may still hold tokens. An app without its own <see cref="IUserAuthenticator"/> is not asked.</summary>
internal sealed class UserStatus(IServiceScopeFactory services, IServiceProviderIsService known)
{
    private readonly bool asks = known.IsService(typeof(IUserAuthenticator));

    public ValueTask<bool> IsActiveAsync(string? subject, CancellationToken ct) => !asks || subject is null ? new(true) : AskAsync(subject, ct);

    private async ValueTask<bool> AskAsync(string subject, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IUserAuthenticator>().IsActiveAsync(subject, ct);
    }
}
