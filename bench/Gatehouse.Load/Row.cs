namespace Gatehouse.Load;

/// <summary>What is measured. The name of a row in the table, and what it must reach, if that was said beforehand: share of the bare endpoint, times oidc-provider, times OpenIddict.</summary>
internal sealed record Row(string Name, string Title, double? OfLimit, double? TimesOidcProvider = null, double? TimesOpenIddict = null)
{
    public static readonly Row ClientCredentials = new("client_credentials", "client_credentials, JWT ES256", 0.60, 2, 20);
    public static readonly Row Password = new("password", "password, reference tokens", 0.55, 2, 20);
    public static readonly Row CodeExchange = new("code", "code exchange with PKCE, reference tokens", 0.50);
    public static readonly Row Refresh = new("refresh", "refresh with rotation", 0.50, 2, 20);
    public static readonly Row Introspection = new("introspection", "introspection, reference token", 0.60, 2, 20);
    public static readonly Row Call = new("call", "protected call, reference token", 0.60, 2, 5);
    public static readonly Row CachedCall = new("cached", "protected call, from a cache", 0.60, 2, 5);
    public static readonly Row SignIn = new("sign-in", "whole sign-in: authorize, code, call, refresh", null);

    public bool NeedsTokens => this == Introspection || this == Call || this == CachedCall;

    /// <summary>Somebody is signed in, in a browser.</summary>
    public bool NeedsCookie => this == CodeExchange || this == SignIn;

    public static readonly Row[] All = [ClientCredentials, Password, CodeExchange, Refresh, Introspection, Call, CachedCall, SignIn];
}
