using Gatehouse.Pages.Texts;
using Snippets;

internal static class Pages
{
    public static void Theme(WebApplicationBuilder builder)
    {
        #region theme
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"), options =>
        {
            options.Pages.ApplicationName = "Notes";
            options.Pages.Logo = "/img/logo.svg";                  // a file of your app
            options.Pages.Light.Accent = "#7a1f5c";
            options.Pages.Dark.Accent = "#f0a8d0";
            options.Pages.Stylesheet = "/css/gatehouse.css";       // if that is not enough
        });
        #endregion
    }

    public static void Languages(WebApplicationBuilder builder)
    {
        #region languages
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"), options =>
        {
            var english = PageTexts.English;
            options.Pages.Languages.Set(english with { Login = english.Login with { UserName = "E-mail" } });
            options.Pages.Languages.Remove("es");
            options.Pages.Languages.Set(Dutch.Texts);              // a PageTexts with Language = "nl"
        });
        #endregion
    }

    public static void Replace(WebApplicationBuilder builder)
    {
        #region pages
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"), options =>
        {
            options.Pages.Consent = typeof(MyConsentPage);
            options.Pages.Login = typeof(MyLoginPage);
        });
        #endregion
    }

    private static class Dutch
    {
        public static readonly PageTexts Texts = PageTexts.English with { Language = "nl" };
    }
}
