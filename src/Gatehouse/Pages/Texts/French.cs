namespace Gatehouse.Pages.Texts;

internal static class French
{
    public static readonly PageTexts Texts = new()
    {
        Language = "fr",
        Continue = "Continuer",
        Login = new()
        {
            Heading = "Se connecter à {app}",
            ToContinue = "pour continuer vers {client}",
            SignInAgain = "Vous êtes connecté en tant que {user}. Veuillez vous reconnecter pour continuer.",
            UserName = "Nom d’utilisateur",
            Password = "Mot de passe",
            Submit = "Se connecter",
            Failed = "Le nom d’utilisateur ou le mot de passe est incorrect.",
            Wait = "Trop de tentatives. Veuillez réessayer dans {duration}.",
            Expired = "Cette page est restée ouverte trop longtemps. Veuillez réessayer.",
            ForgotPassword = "Mot de passe oublié ?",
            CreateAccount = "Créer un compte",
        },
        Consent = new()
        {
            Title = "Autoriser l’accès à {app} ?",
            Heading = "Autoriser {client} à utiliser {app} en votre nom ?",
            Account = "Votre compte",
            Destination = "L’accès est donné à",
            ThisDevice = "un programme sur cet appareil ({host})",
            Resources = "Pour une utilisation sur",
            Lasts = "Durée",
            UpTo = "jusqu’à {duration}",
            Scopes = "Cette application pourrait alors",
            OnlyIf = "Ne continuez que si vous venez de lancer cette opération vous-même.",
            ThisDeviceWarning = "{app} ne peut pas savoir quel programme de cet appareil fait la demande.",
            UnassuredWarning = "Personne chez {app} n’a vérifié qui se trouve derrière cette application. Elle a choisi son nom elle-même ; l’accès est donné à {host}.",
            Website = "Site web ({host})",
            Privacy = "Politique de confidentialité ({host})",
            Terms = "Conditions d’utilisation ({host})",
            Deny = "Refuser",
            Allow = "Autoriser",
        },
        Scopes = new Dictionary<string, string>
        {
            ["openid"] = "savoir que c’est vous",
            ["profile"] = "voir votre nom et votre profil",
            ["email"] = "voir votre adresse e-mail",
            ["address"] = "voir votre adresse postale",
            ["phone"] = "voir votre numéro de téléphone",
            ["offline_access"] = "conserver cet accès en votre absence",
        },
        Error = new()
        {
            Heading = "Ce lien ne fonctionne pas",
            Explanation = "L’application qui vous a envoyé ici a fait une demande à laquelle il est impossible de répondre. Vous n’y avez pas été connecté et rien n’a été partagé. Fermez cette page, ou retournez à l’application et réessayez.",
            ForDevelopers = "Si cela se reproduit, transmettez ceci aux auteurs de l’application :",
            TemporaryHeading = "{app} ne peut pas répondre pour le moment",
            TemporaryExplanation = "Rien n’a été modifié. Veuillez réessayer dans un instant.",
        },
        Logout = new()
        {
            Heading = "Se déconnecter de {app} ?",
            AskedBy = "{client} demande à vous déconnecter.",
            SignedInAs = "Vous êtes connecté en tant que {user}.",
            Stay = "Rester connecté",
            SignOut = "Se déconnecter",
            SignedOut = "Vous êtes déconnecté",
            SignedOutExplanation = "Vous êtes déconnecté de {app}. Si d’autres personnes utilisent cet appareil, fermez aussi le navigateur.",
            StillSignedIn = "Vous êtes toujours connecté",
            StillSignedInExplanation = "Rien n’a été modifié. Vous pouvez fermer cette page ou continuer à utiliser {app}.",
            Return = "Retour à {client}",
        },
        Apps = new()
        {
            Heading = "Applications connectées",
            Explanation = "Ces applications peuvent utiliser {app} en votre nom. Retirez l’accès à celles que vous n’utilisez plus.",
            SignedInAs = "Vous êtes connecté en tant que {user}.",
            None = "Aucune application ne peut utiliser {app} en votre nom.",
            Scopes = "Elle peut",
            Since = "Depuis le {date}",
            LastUsed = "dernière utilisation le {date}",
            Open = "Ouvrir {client}",
            Revoke = "Retirer l’accès",
            Revoked = "{client} n’a plus accès.",
            More = "Autres applications",
            Sessions = "Où vous êtes connecté à {app}",
            ThisBrowser = "Ce navigateur",
            OtherBrowser = "Un autre navigateur",
            SignedInOn = "Connexion le {date}",
            SignOutThere = "Y mettre fin",
            SignOutEverywhere = "Se déconnecter partout",
            SignedOutThere = "Vous y êtes déconnecté.",
            Expired = "Cette page est restée ouverte trop longtemps. Veuillez réessayer.",
        },
        Time = new()
        {
            Months = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
            Date = "{day} {month} {year}",
            Seconds = n => n == 1 ? "1 seconde" : $"{n} secondes",
            Minutes = n => n == 1 ? "1 minute" : $"{n} minutes",
            Hours = n => n == 1 ? "1 heure" : $"{n} heures",
            Days = n => n == 1 ? "1 jour" : $"{n} jours",
        },
    };
}
