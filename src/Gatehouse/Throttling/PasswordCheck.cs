// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§4.4.3.6, §5.1.4.2.3: guessing passwords)
using System.Net;
using Gatehouse.Protocol;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Throttling;

/// <summary>
/// Asks the app about a user name and a password, and counts. The password grant and the login page share it, so that whoever has used up the tries of one has used up those of the other.
/// </summary>
internal sealed class PasswordCheck(IServiceScopeFactory services, Throttle throttle, UserGate gate, PasswordGate passwords)
{
    /// <summary>What the app says, right or wrong; or that nobody may ask now, which is the same for users that exist and users that do not.</summary>
    public async ValueTask<Result<UserAuthentication>> AuthenticateAsync(string userName, string password, IPAddress? address, CancellationToken ct)
    {
        var counter = throttle.User(userName);
        using var pass = await gate.EnterAsync(counter, ct);
        if (throttle.CheckUser(counter, address) is { } wait) return wait;

        var user = await AskAsync(userName, password, ct);
        if (user.Subject is not null) await throttle.UserSucceededAsync(counter, ct);
        else if (user.Refusal == UserRefusal.WrongCredentials) await throttle.UserFailedAsync(counter, address, ct);
        return user;
    }

    private async ValueTask<UserAuthentication> AskAsync(string userName, string password, CancellationToken ct)
    {
        using var turn = await passwords.EnterAsync(ct);
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IUserAuthenticator>().AuthenticateAsync(userName, password, ct);
    }
}
