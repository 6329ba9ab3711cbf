namespace Gatehouse.Server.Web;

/// <summary>What the sign-in of this server says beyond the package's own login page, in the languages that the package has.</summary>
public sealed record SignInWords
{
    /// <summary>The button.</summary>
    public required string Passkey { get; init; }

    /// <summary>The browser has no passkey for here, or its user stopped it.</summary>
    public required string NoPasskey { get; init; }

    /// <summary>Title and heading of the second step.</summary>
    public required string OneMoreStep { get; init; }

    /// <summary>The label of its field.</summary>
    public required string Code { get; init; }

    /// <summary>Below it.</summary>
    public required string OrRecoveryCode { get; init; }

    /// <summary>The button.</summary>
    public required string Continue { get; init; }

    /// <summary>The same for a wrong, an old and a used code, and after too many of them.</summary>
    public required string WrongCode { get; init; }

    /// <summary>Those of a language; English for one that there are none for.</summary>
    public static SignInWords Of(string language) => language.Split('-')[0] switch
    {
        "de" => German,
        "fr" => French,
        "es" => Spanish,
        "zh" => SimplifiedChinese,
        _ => English,
    };

    private static SignInWords English { get; } = new()
    {
        Passkey = "Sign in with a passkey",
        NoPasskey = "No passkey was used. Try again, or sign in with your password.",
        OneMoreStep = "One more step",
        Code = "Code from your authenticator app",
        OrRecoveryCode = "No app at hand? Use one of your recovery codes.",
        Continue = "Continue",
        WrongCode = "That did not work. A code is good for half a minute, and once. After several failures, wait a few minutes.",
    };

    private static SignInWords German { get; } = new()
    {
        Passkey = "Mit einem Passkey anmelden",
        NoPasskey = "Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal, oder melden Sie sich mit Ihrem Passwort an.",
        OneMoreStep = "Noch ein Schritt",
        Code = "Code aus Ihrer Authenticator-App",
        OrRecoveryCode = "Keine App zur Hand? Verwenden Sie einen Ihrer Wiederherstellungscodes.",
        Continue = "Weiter",
        WrongCode = "Das hat nicht geklappt. Ein Code gilt eine halbe Minute lang und nur einmal. Nach mehreren Fehlversuchen warten Sie bitte einige Minuten.",
    };

    private static SignInWords French { get; } = new()
    {
        Passkey = "Se connecter avec une clé d’accès",
        NoPasskey = "Aucune clé d’accès n’a été utilisée. Réessayez, ou connectez-vous avec votre mot de passe.",
        OneMoreStep = "Encore une étape",
        Code = "Code de votre application d’authentification",
        OrRecoveryCode = "Pas d’application sous la main ? Utilisez l’un de vos codes de récupération.",
        Continue = "Continuer",
        WrongCode = "Cela n’a pas fonctionné. Un code est valable une demi-minute, et une seule fois. Après plusieurs échecs, attendez quelques minutes.",
    };

    private static SignInWords Spanish { get; } = new()
    {
        Passkey = "Iniciar sesión con una llave de acceso",
        NoPasskey = "No se usó ninguna llave de acceso. Inténtelo de nuevo, o inicie sesión con su contraseña.",
        OneMoreStep = "Un paso más",
        Code = "Código de su aplicación de autenticación",
        OrRecoveryCode = "¿No tiene la aplicación a mano? Use uno de sus códigos de recuperación.",
        Continue = "Continuar",
        WrongCode = "No ha funcionado. Un código vale medio minuto, y una sola vez. Tras varios intentos fallidos, espere unos minutos.",
    };

    private static SignInWords SimplifiedChinese { get; } = new()
    {
        Passkey = "使用通行密钥登录",
        NoPasskey = "未使用通行密钥。请重试，或使用密码登录。",
        OneMoreStep = "还有一步",
        Code = "身份验证器应用中的验证码",
        OrRecoveryCode = "手边没有该应用？请使用您的恢复代码。",
        Continue = "继续",
        WrongCode = "未成功。验证码的有效期为半分钟，且只能使用一次。多次失败后，请等待几分钟。",
    };
}
