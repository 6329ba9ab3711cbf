namespace Gatehouse.Pages.Texts;

internal static class SimplifiedChinese
{
    public static readonly PageTexts Texts = new()
    {
        Language = "zh-Hans",
        Continue = "继续",
        Login = new()
        {
            Heading = "登录 {app}",
            ToContinue = "以继续使用 {client}",
            SignInAgain = "您已登录为 {user}。请重新登录以继续。",
            UserName = "用户名",
            Password = "密码",
            Submit = "登录",
            Failed = "用户名或密码不正确。",
            Wait = "尝试次数过多。请在 {duration}后重试。",
            Expired = "此页面打开时间过长，请重试。",
            ForgotPassword = "忘记密码？",
            CreateAccount = "创建账户",
        },
        Consent = new()
        {
            Title = "允许访问 {app} 吗？",
            Heading = "允许 {client} 以您的身份使用 {app} 吗？",
            Account = "您的账户",
            Destination = "访问权限将授予",
            ThisDevice = "此设备上的程序（{host}）",
            Resources = "用于",
            Lasts = "有效期",
            UpTo = "最长 {duration}",
            Scopes = "之后它可以",
            OnlyIf = "仅当这是您本人刚刚发起的操作时才继续。",
            ThisDeviceWarning = "{app} 无法得知是此设备上的哪个程序在请求。",
            UnassuredWarning = "{app} 没有核实过此应用的提供者。应用名称由其自行填写；访问权限将授予 {host}。",
            Website = "网站（{host}）",
            Privacy = "隐私政策（{host}）",
            Terms = "服务条款（{host}）",
            Deny = "拒绝",
            Allow = "允许",
        },
        Scopes = new Dictionary<string, string>
        {
            ["openid"] = "确认您的身份",
            ["profile"] = "查看您的姓名和个人资料",
            ["email"] = "查看您的电子邮件地址",
            ["address"] = "查看您的邮寄地址",
            ["phone"] = "查看您的电话号码",
            ["offline_access"] = "在您离开时保留此访问权限",
        },
        Error = new()
        {
            Heading = "此链接无效",
            Explanation = "将您带到这里的应用发出了无法处理的请求。您没有登录该应用，也没有共享任何信息。请关闭此页面，或返回该应用重试。",
            ForDevelopers = "如果再次发生，请将以下信息提供给应用的开发者：",
            TemporaryHeading = "{app} 暂时无法响应",
            TemporaryExplanation = "没有任何更改。请稍后重试。",
        },
        Logout = new()
        {
            Heading = "要退出 {app} 吗？",
            AskedBy = "{client} 请求让您退出登录。",
            SignedInAs = "您已登录为 {user}。",
            Stay = "保持登录",
            SignOut = "退出登录",
            SignedOut = "您已退出登录",
            SignedOutExplanation = "您已退出 {app}。如果其他人也使用此设备，请同时关闭浏览器。",
            StillSignedIn = "您仍处于登录状态",
            StillSignedInExplanation = "没有任何更改。您可以关闭此页面，或继续使用 {app}。",
            Return = "返回 {client}",
        },
        Apps = new()
        {
            Heading = "已连接的应用",
            Explanation = "这些应用可以您的身份使用 {app}。请移除不再使用的应用的访问权限。",
            SignedInAs = "您已登录为 {user}。",
            None = "没有应用可以您的身份使用 {app}。",
            Scopes = "它可以",
            Since = "自 {date}起",
            LastUsed = "上次使用：{date}",
            Open = "打开 {client}",
            Revoke = "移除访问权限",
            Revoked = "{client} 已无访问权限。",
            More = "更多应用",
            Sessions = "您在何处登录了 {app}",
            ThisBrowser = "此浏览器",
            OtherBrowser = "其他浏览器",
            SignedInOn = "登录于 {date}",
            SignOutThere = "在该处退出",
            SignOutEverywhere = "在所有位置退出",
            SignedOutThere = "已在该处退出登录。",
            Expired = "此页面打开时间过长，请重试。",
        },
        Time = new()
        {
            Months = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
            Date = "{year}年{month}月{day}日",
            Seconds = n => $"{n} 秒",
            Minutes = n => $"{n} 分钟",
            Hours = n => $"{n} 小时",
            Days = n => $"{n} 天",
        },
    };
}
