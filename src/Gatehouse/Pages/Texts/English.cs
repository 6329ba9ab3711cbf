namespace Gatehouse.Pages.Texts;

internal static class English
{
    public static readonly PageTexts Texts = new()
    {
        Language = "en",
        Continue = "Continue",
        Login = new()
        {
            Heading = "Sign in to {app}",
            ToContinue = "to continue to {client}",
            SignInAgain = "You are signed in as {user}. Please sign in again to continue.",
            UserName = "User name",
            Password = "Password",
            Submit = "Sign in",
            Failed = "The user name or the password is wrong.",
            Wait = "Too many attempts. Please try again in {duration}.",
            Expired = "This page was open for too long. Please try again.",
            ForgotPassword = "Forgot your password?",
            CreateAccount = "Create an account",
        },
        Consent = new()
        {
            Title = "Allow access to {app}?",
            Heading = "Allow {client} to use {app} as you?",
            Account = "Your account",
            Destination = "Access goes to",
            ThisDevice = "a program on this device ({host})",
            Resources = "For use at",
            Lasts = "Lasts",
            UpTo = "up to {duration}",
            Scopes = "It could then",
            OnlyIf = "Only continue if you started this yourself, just now.",
            ThisDeviceWarning = "{app} cannot tell which program on this device is asking.",
            UnassuredWarning = "Nobody at {app} has checked who is behind this app. Its name is its own choice; access goes to {host}.",
            Website = "Website ({host})",
            Privacy = "Privacy policy ({host})",
            Terms = "Terms of service ({host})",
            Deny = "Deny",
            Allow = "Allow",
        },
        Scopes = new Dictionary<string, string>
        {
            ["openid"] = "Know that it is you",
            ["profile"] = "See your name and profile",
            ["email"] = "See your e-mail address",
            ["address"] = "See your postal address",
            ["phone"] = "See your phone number",
            ["offline_access"] = "Keep this access while you are away",
        },
        Error = new()
        {
            Heading = "This link does not work",
            Explanation = "The app that sent you here made a request that cannot be answered. You were not signed in to it, and nothing was shared. Close this page, or go back to the app and try again.",
            ForDevelopers = "If it happens again, give this to the people who make the app:",
            TemporaryHeading = "{app} cannot answer right now",
            TemporaryExplanation = "Nothing was changed. Please try again in a moment.",
        },
        Logout = new()
        {
            Heading = "Sign out of {app}?",
            AskedBy = "{client} asks to sign you out.",
            SignedInAs = "You are signed in as {user}.",
            Stay = "Stay signed in",
            SignOut = "Sign out",
            SignedOut = "You are signed out",
            SignedOutExplanation = "You are signed out of {app}. If others use this device, close the browser, too.",
            StillSignedIn = "You are still signed in",
            StillSignedInExplanation = "Nothing was changed. You can close this page, or go on using {app}.",
            Return = "Back to {client}",
        },
        Apps = new()
        {
            Heading = "Connected apps",
            Explanation = "These apps can use {app} as you. Take access away from those that you do not use any more.",
            SignedInAs = "You are signed in as {user}.",
            None = "No app can use {app} as you.",
            Scopes = "It can",
            Since = "Since {date}",
            LastUsed = "last used {date}",
            Open = "Open {client}",
            Revoke = "Remove access",
            Revoked = "{client} has no access any more.",
            More = "More apps",
            Sessions = "Where you are signed in to {app}",
            ThisBrowser = "This browser",
            OtherBrowser = "Another browser",
            SignedInOn = "Signed in on {date}",
            SignOutThere = "Sign out there",
            SignOutEverywhere = "Sign out everywhere",
            SignedOutThere = "You are signed out there.",
            Expired = "This page was open for too long. Please try again.",
        },
        Time = new()
        {
            Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
            Date = "{day} {month} {year}",
            Seconds = n => n == 1 ? "1 second" : $"{n} seconds",
            Minutes = n => n == 1 ? "1 minute" : $"{n} minutes",
            Hours = n => n == 1 ? "1 hour" : $"{n} hours",
            Days = n => n == 1 ? "1 day" : $"{n} days",
        },
    };
}
