namespace Gatehouse.Pages.Texts;

internal static class German
{
    public static readonly PageTexts Texts = new()
    {
        Language = "de",
        Continue = "Weiter",
        Login = new()
        {
            Heading = "Bei {app} anmelden",
            ToContinue = "um mit {client} fortzufahren",
            SignInAgain = "Sie sind als {user} angemeldet. Bitte melden Sie sich erneut an, um fortzufahren.",
            UserName = "Benutzername",
            Password = "Passwort",
            Submit = "Anmelden",
            Failed = "Der Benutzername oder das Passwort ist falsch.",
            Wait = "Zu viele Versuche. Bitte versuchen Sie es in {duration} erneut.",
            Expired = "Diese Seite war zu lange geöffnet. Bitte versuchen Sie es erneut.",
            ForgotPassword = "Passwort vergessen?",
            CreateAccount = "Konto erstellen",
        },
        Consent = new()
        {
            Title = "Zugriff auf {app} erlauben?",
            Heading = "Darf {client} in Ihrem Namen {app} benutzen?",
            Account = "Ihr Konto",
            Destination = "Zugriff erhält",
            ThisDevice = "ein Programm auf diesem Gerät ({host})",
            Resources = "Zur Nutzung bei",
            Lasts = "Dauer",
            UpTo = "bis zu {duration}",
            Scopes = "Damit könnte diese Anwendung",
            OnlyIf = "Fahren Sie nur fort, wenn Sie dies gerade selbst begonnen haben.",
            ThisDeviceWarning = "{app} kann nicht erkennen, welches Programm auf diesem Gerät fragt.",
            UnassuredWarning = "Bei {app} hat niemand geprüft, wer hinter dieser Anwendung steht. Ihren Namen hat sie selbst gewählt; Zugriff erhält {host}.",
            Website = "Website ({host})",
            Privacy = "Datenschutzerklärung ({host})",
            Terms = "Nutzungsbedingungen ({host})",
            Deny = "Ablehnen",
            Allow = "Erlauben",
        },
        Scopes = new Dictionary<string, string>
        {
            ["openid"] = "erkennen, dass Sie es sind",
            ["profile"] = "Ihren Namen und Ihr Profil sehen",
            ["email"] = "Ihre E-Mail-Adresse sehen",
            ["address"] = "Ihre Postanschrift sehen",
            ["phone"] = "Ihre Telefonnummer sehen",
            ["offline_access"] = "diesen Zugriff behalten, während Sie abwesend sind",
        },
        Error = new()
        {
            Heading = "Dieser Link funktioniert nicht",
            Explanation = "Die Anwendung, von der Sie kommen, hat eine Anfrage gestellt, die nicht beantwortet werden kann. Sie wurden dort nicht angemeldet, und es wurde nichts weitergegeben. Schließen Sie diese Seite, oder gehen Sie zurück zur Anwendung und versuchen Sie es erneut.",
            ForDevelopers = "Falls es wieder geschieht, geben Sie dies an die Hersteller der Anwendung weiter:",
            TemporaryHeading = "{app} kann gerade nicht antworten",
            TemporaryExplanation = "Es wurde nichts geändert. Bitte versuchen Sie es gleich noch einmal.",
        },
        Logout = new()
        {
            Heading = "Von {app} abmelden?",
            AskedBy = "{client} möchte Sie abmelden.",
            SignedInAs = "Sie sind als {user} angemeldet.",
            Stay = "Angemeldet bleiben",
            SignOut = "Abmelden",
            SignedOut = "Sie sind abgemeldet",
            SignedOutExplanation = "Sie sind von {app} abgemeldet. Wenn auch andere dieses Gerät benutzen, schließen Sie zusätzlich den Browser.",
            StillSignedIn = "Sie sind weiterhin angemeldet",
            StillSignedInExplanation = "Es wurde nichts geändert. Sie können diese Seite schließen oder {app} weiter benutzen.",
            Return = "Zurück zu {client}",
        },
        Apps = new()
        {
            Heading = "Verbundene Anwendungen",
            Explanation = "Diese Anwendungen können {app} in Ihrem Namen benutzen. Entziehen Sie den Zugriff denen, die Sie nicht mehr verwenden.",
            SignedInAs = "Sie sind als {user} angemeldet.",
            None = "Keine Anwendung kann {app} in Ihrem Namen benutzen.",
            Scopes = "Sie kann",
            Since = "Seit {date}",
            LastUsed = "zuletzt benutzt am {date}",
            Open = "{client} öffnen",
            Revoke = "Zugriff entziehen",
            Revoked = "{client} hat keinen Zugriff mehr.",
            More = "Weitere Anwendungen",
            Sessions = "Wo Sie bei {app} angemeldet sind",
            ThisBrowser = "Dieser Browser",
            OtherBrowser = "Ein anderer Browser",
            SignedInOn = "Angemeldet am {date}",
            SignOutThere = "Dort abmelden",
            SignOutEverywhere = "Überall abmelden",
            SignedOutThere = "Sie sind dort abgemeldet.",
            Expired = "Diese Seite war zu lange geöffnet. Bitte versuchen Sie es erneut.",
        },
        Time = new()
        {
            Months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
            Date = "{day}. {month} {year}",
            // In the dative, because every text says "in", "bis zu" or the like before it.
            Seconds = n => n == 1 ? "1 Sekunde" : $"{n} Sekunden",
            Minutes = n => n == 1 ? "1 Minute" : $"{n} Minuten",
            Hours = n => n == 1 ? "1 Stunde" : $"{n} Stunden",
            Days = n => n == 1 ? "1 Tag" : $"{n} Tagen",
        },
    };
}
