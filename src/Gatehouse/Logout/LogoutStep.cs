// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2, §3: who is asked, and who is sent on)
using Gatehouse.Users;

namespace Gatehouse.Logout;

/// <summary>What a logout request needs next. Pure: everything that it depends on is a parameter.</summary>
internal enum LogoutStep
{
    /// <summary>Nobody is signed in here, and the request proves that a client means well: on to where it wants its user.</summary>
    GoOn,

    /// <summary>Nobody is signed in here. Say so; whoever wants to go on follows a link.</summary>
    SayDone,

    /// <summary>Anybody may have made the user come here: ask (SR-217).</summary>
    Ask,

    /// <summary>The client has shown that this very sign-in is the one that it means.</summary>
    SignOut,
}

internal static class LogoutSteps
{
    public static LogoutStep Next(LogoutRequest request, SignedInUser? user)
    {
        if (user is null) return request.Hint is null || request.ReturnUri is null ? LogoutStep.SayDone : LogoutStep.GoOn;
        // A hint without sid is from before there were sessions, or of another kind of sign-in: then the user decides.
        return request.Hint is { } hint && hint.Subject == user.Subject && hint.SessionId == user.SignIn.SessionId ? LogoutStep.SignOut : LogoutStep.Ask;
    }
}
