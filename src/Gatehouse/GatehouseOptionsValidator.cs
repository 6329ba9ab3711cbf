using Gatehouse.Account;
using Gatehouse.Authorize;
using Gatehouse.Diagnostics;
using Gatehouse.Pages;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse;

/// <summary>Stops the app at start with the option's name and the fix, instead of a client later with a riddle.</summary>
internal sealed class GatehouseOptionsValidator(IHostEnvironment environment, IServiceProviderIsService known) : IValidateOptions<GatehouseOptions>
{
    public ValidateOptionsResult Validate(string? name, GatehouseOptions options)
    {
        var failures = new List<string>();
        if (DataProtectionVersion.Problem() is { } problem) failures.Add(problem);
        CheckStore(failures);
        CheckIssuer(options, failures);
        CheckLifetimes(options, failures);
        CheckResources(options, failures);
        CheckPaths(options, failures);
        failures.AddRange(options.Keys.Problems());
        CheckThrottling(options.Throttling, failures);
        CheckSweeper(options.Sweeper, failures);
        Sessions.SessionOptionsCheck.Check(options.Sessions, (option, value, least, most) => Between(failures, option, value, least, most));
        Logout.LogoutOptionsCheck.Check(options.Logout, (option, value, least, most) => Between(failures, option, value, least, most));
        CheckAuthorize(options.Authorize, failures);
        CheckLogin(options.Login, failures);
        failures.AddRange(PageOptionsCheck.Problems(options.Pages));
        failures.AddRange(options.Fetch.Problems());
        failures.AddRange(options.Limits.Problems());
        failures.AddRange(options.Registration.Problems());
        failures.AddRange(options.Audit.Problems());
        if (options.PairwiseSecret is { Length: < 32 })
            failures.Add("Gatehouse:PairwiseSecret has fewer than 32 characters. Set 32 random ones or more, for example from `openssl rand -base64 32`. (gatehouse explain 7012)");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private void CheckStore(List<string> failures)
    {
        if (!known.IsService(typeof(IProtocolStore)))
            failures.Add("Gatehouse has no store. Call UseSqlite(\"Data Source=gatehouse.db\"), UsePostgreSql(...) or AddEntityFrameworkStores<TContext>() after AddGatehouse(...). (gatehouse explain 7001)");
    }

    private void CheckIssuer(GatehouseOptions options, List<string> failures)
    {
        if (options.Issuer is null)
        {
            if (!environment.IsDevelopment())
                failures.Add("Gatehouse:Issuer is not set. Set it to the public https URL of this app, for example https://app.example; only in the Development environment may it be taken from the request. (gatehouse explain 7002)");
            return;
        }
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer) || !IsWrittenOut(options.Issuer))
            failures.Add($"Gatehouse:Issuer '{options.Issuer}' is not an absolute URL. Set it to the public https URL of this app, for example https://app.example. (gatehouse explain 7003)");
        else if (options.Issuer.AsSpan().IndexOfAny('?', '#') >= 0 || options.Issuer.EndsWith('/') || issuer.UserInfo.Length > 0)
            failures.Add($"Gatehouse:Issuer '{options.Issuer}' must have no query, fragment, user name or trailing slash (RFC 8414 section 2). Remove it. (gatehouse explain 7003)");
        else if (issuer.Scheme == "http" && (options.RequireHttps ?? !environment.IsDevelopment()))
            failures.Add($"Gatehouse:Issuer '{options.Issuer}' must begin with https:// (RFC 8414 section 2). For a test rig, set Gatehouse:RequireHttps to false. (gatehouse explain 7004)");
    }

    /// <summary>Clients compare the issuer character by character, so what <see cref="Uri"/> would quietly repair is refused.</summary>
    private static bool IsWrittenOut(string issuer) =>
        (issuer.StartsWith("https://", StringComparison.Ordinal) || issuer.StartsWith("http://", StringComparison.Ordinal)) && issuer.All(c => c is > ' ' and <= '~' and not '\\');

    private static void CheckLifetimes(GatehouseOptions options, List<string> failures)
    {
        var day = TimeSpan.FromHours(24);
        Between(failures, "AccessTokenLifetime", options.AccessTokenLifetime, TimeSpan.FromSeconds(1), day);
        Between(failures, "JwtAccessTokenLifetime", options.JwtAccessTokenLifetime, TimeSpan.FromSeconds(1), day);
        Between(failures, "IdTokenLifetime", options.IdTokenLifetime, TimeSpan.FromSeconds(1), day);
        Between(failures, "AuthorizationCodeLifetime", options.AuthorizationCodeLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Between(failures, "RefreshTokenIdleLifetime", options.RefreshTokenIdleLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        Between(failures, "RefreshTokenAbsoluteLifetime", options.RefreshTokenAbsoluteLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        Between(failures, "RefreshTokenRetryWindow", options.RefreshTokenRetryWindow, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Between(failures, "AccessTokenCacheLifetime", options.AccessTokenCacheLifetime, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private static void CheckResources(GatehouseOptions options, List<string> failures)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Resources.Count; i++)
        {
            var (resource, at) = (options.Resources[i], $"Resources:{i}");
            // On Unix a path counts as an absolute file URI.
            if (!Uri.TryCreate(resource.Identifier, UriKind.Absolute, out _) || resource.Identifier.StartsWith('/') || resource.Identifier.Contains('#'))
                failures.Add($"Gatehouse:{at}:Identifier '{resource.Identifier}' must be an absolute URI without a fragment (RFC 8707 section 2), for example https://api.example. (gatehouse explain 7006)");
            else if (!seen.Add(resource.Identifier.TrimEnd('/')))
                failures.Add($"Gatehouse:{at}:Identifier '{resource.Identifier}' is declared twice. Remove one. (gatehouse explain 7007)");
            if (resource.AccessTokenFormat is not ("jwt" or "reference"))
                failures.Add($"Gatehouse:{at}:AccessTokenFormat '{resource.AccessTokenFormat}' is unknown. Use jwt or reference. (gatehouse explain 7008)");
            if (resource.AccessTokenLifetime is { } lifetime)
                Between(failures, $"{at}:AccessTokenLifetime", lifetime, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        }
    }

    private static void CheckPaths(GatehouseOptions options, List<string> failures)
    {
        (string Name, string Path)[] paths =
        [
            ("Token", options.Paths.Token), ("Authorize", options.Paths.Authorize), ("Logout", options.Paths.Logout), ("Revocation", options.Paths.Revocation),
            ("Introspection", options.Paths.Introspection), ("Jwks", options.Paths.Jwks), ("Registration", options.Paths.Registration), ("UserInfo", options.Paths.UserInfo), ("Login", options.Paths.Login),
            ("Apps", options.Paths.Apps),
        ];
        foreach (var (name, path) in paths)
            if (!path.StartsWith('/') || path.Any(c => c is '?' or '#' or '{' or '}' or '*' or ' '))
                failures.Add($"Gatehouse:Paths:{name} '{path}' must be a plain path that begins with a slash, for example /oauth2/token. (gatehouse explain 7009)");
        foreach (var twice in paths.GroupBy(path => path.Path, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            failures.Add($"Gatehouse:Paths:{string.Join(" and ", twice.Select(path => path.Name))} are the same path '{twice.Key}'. Give each its own. (gatehouse explain 7010)");
    }

    private static void CheckThrottling(ThrottlingOptions throttling, List<string> failures)
    {
        Between(failures, "Throttling:FirstDelay", throttling.FirstDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        Between(failures, "Throttling:MaxDelay", throttling.MaxDelay, throttling.FirstDelay, TimeSpan.FromHours(24));
        Between(failures, "Throttling:ForgetAfter", throttling.ForgetAfter, throttling.MaxDelay, TimeSpan.FromDays(30));
    }

    private static void CheckSweeper(SweeperOptions sweeper, List<string> failures)
    {
        Between(failures, "Sweeper:Interval", sweeper.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        Between(failures, "Sweeper:Grace", sweeper.Grace, TimeSpan.Zero, TimeSpan.FromDays(30));
        if (sweeper.BatchSize is < 1 or > 100_000)
            failures.Add($"Gatehouse:Sweeper:BatchSize is {sweeper.BatchSize}. Set it between 1 and 100000. (gatehouse explain 7005)");
    }

    private static void CheckLogin(LoginOptions login, List<string> failures)
    {
        Between(failures, "Login:IdleTimeout", login.IdleTimeout, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        if (login.ForgotPasswordPath is { } path && !ReturnUrl.IsLocal(path))
            failures.Add($"Gatehouse:Login:ForgotPasswordPath '{path}' must be a path of this app, for example /account/forgot-password. (gatehouse explain 7009)");
    }

    private static void CheckAuthorize(AuthorizeOptions authorize, List<string> failures)
    {
        if (authorize.CreateAccountPath is { } path && (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.AsSpan().IndexOfAny('?', '#', '\\') >= 0))
            failures.Add($"Gatehouse:Authorize:CreateAccountPath '{path}' must be a path of this app, for example /account/register. (gatehouse explain 7009)");
        for (var i = 0; i < authorize.AcrValues.Count; i++)
            if (authorize.AcrValues[i] is var acr && (acr.Length == 0 || acr.Any(c => c is <= ' ' or > '~')))
                failures.Add($"Gatehouse:Authorize:AcrValues:{i} '{acr}' must be printable ASCII without spaces: clients list several, separated by spaces. (gatehouse explain 7011)");
    }

    private static void Between(List<string> failures, string option, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            failures.Add($"Gatehouse:{option} is {value}. Set it between {least} and {most}. (gatehouse explain 7005)");
    }
}
