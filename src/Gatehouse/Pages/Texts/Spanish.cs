namespace Gatehouse.Pages.Texts;

internal static class Spanish
{
    public static readonly PageTexts Texts = new()
    {
        Language = "es",
        Continue = "Continuar",
        Login = new()
        {
            Heading = "Iniciar sesión en {app}",
            ToContinue = "para continuar en {client}",
            SignInAgain = "Ha iniciado sesión como {user}. Vuelva a iniciar sesión para continuar.",
            UserName = "Nombre de usuario",
            Password = "Contraseña",
            Submit = "Iniciar sesión",
            Failed = "El nombre de usuario o la contraseña no son correctos.",
            Wait = "Demasiados intentos. Vuelva a intentarlo dentro de {duration}.",
            Expired = "Esta página ha estado abierta demasiado tiempo. Vuelva a intentarlo.",
            ForgotPassword = "¿Ha olvidado su contraseña?",
            CreateAccount = "Crear una cuenta",
        },
        Consent = new()
        {
            Title = "¿Permitir el acceso a {app}?",
            Heading = "¿Permitir que {client} use {app} en su nombre?",
            Account = "Su cuenta",
            Destination = "El acceso se da a",
            ThisDevice = "un programa de este dispositivo ({host})",
            Resources = "Para usar en",
            Lasts = "Duración",
            UpTo = "hasta {duration}",
            Scopes = "Esta aplicación podría entonces",
            OnlyIf = "Continúe solo si acaba de iniciar esto usted mismo.",
            ThisDeviceWarning = "{app} no puede saber qué programa de este dispositivo lo solicita.",
            UnassuredWarning = "Nadie en {app} ha comprobado quién está detrás de esta aplicación. Ella misma ha elegido su nombre; el acceso se da a {host}.",
            Website = "Sitio web ({host})",
            Privacy = "Política de privacidad ({host})",
            Terms = "Condiciones de uso ({host})",
            Deny = "Denegar",
            Allow = "Permitir",
        },
        Scopes = new Dictionary<string, string>
        {
            ["openid"] = "saber que es usted",
            ["profile"] = "ver su nombre y su perfil",
            ["email"] = "ver su dirección de correo electrónico",
            ["address"] = "ver su dirección postal",
            ["phone"] = "ver su número de teléfono",
            ["offline_access"] = "conservar este acceso mientras usted no está",
        },
        Error = new()
        {
            Heading = "Este enlace no funciona",
            Explanation = "La aplicación que le ha enviado aquí ha hecho una petición que no se puede responder. No se ha iniciado sesión en ella y no se ha compartido nada. Cierre esta página, o vuelva a la aplicación e inténtelo de nuevo.",
            ForDevelopers = "Si vuelve a ocurrir, entregue esto a quienes desarrollan la aplicación:",
            TemporaryHeading = "{app} no puede responder en este momento",
            TemporaryExplanation = "No se ha cambiado nada. Vuelva a intentarlo en un momento.",
        },
        Logout = new()
        {
            Heading = "¿Cerrar la sesión en {app}?",
            AskedBy = "{client} pide cerrar su sesión.",
            SignedInAs = "Ha iniciado sesión como {user}.",
            Stay = "Seguir conectado",
            SignOut = "Cerrar sesión",
            SignedOut = "Ha cerrado la sesión",
            SignedOutExplanation = "Ha cerrado la sesión en {app}. Si otras personas usan este dispositivo, cierre también el navegador.",
            StillSignedIn = "Su sesión sigue abierta",
            StillSignedInExplanation = "No se ha cambiado nada. Puede cerrar esta página o seguir usando {app}.",
            Return = "Volver a {client}",
        },
        Apps = new()
        {
            Heading = "Aplicaciones conectadas",
            Explanation = "Estas aplicaciones pueden usar {app} en su nombre. Retire el acceso a las que ya no utilice.",
            SignedInAs = "Ha iniciado sesión como {user}.",
            None = "Ninguna aplicación puede usar {app} en su nombre.",
            Scopes = "Puede",
            Since = "Desde el {date}",
            LastUsed = "último uso el {date}",
            Open = "Abrir {client}",
            Revoke = "Retirar el acceso",
            Revoked = "{client} ya no tiene acceso.",
            More = "Más aplicaciones",
            Sessions = "Dónde ha iniciado sesión en {app}",
            ThisBrowser = "Este navegador",
            OtherBrowser = "Otro navegador",
            SignedInOn = "Sesión iniciada el {date}",
            SignOutThere = "Cerrar esa sesión",
            SignOutEverywhere = "Cerrar todas las sesiones",
            SignedOutThere = "Esa sesión está cerrada.",
            Expired = "Esta página ha estado abierta demasiado tiempo. Vuelva a intentarlo.",
        },
        Time = new()
        {
            Months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
            Date = "{day} de {month} de {year}",
            Seconds = n => n == 1 ? "1 segundo" : $"{n} segundos",
            Minutes = n => n == 1 ? "1 minuto" : $"{n} minutos",
            Hours = n => n == 1 ? "1 hora" : $"{n} horas",
            Days = n => n == 1 ? "1 día" : $"{n} días",
        },
    };
}
