using Snippets;

internal static class Pages
{
    public static void Replace(WebApplicationBuilder builder)
    {
        #region pages
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"), options =>
        {
            options.Pages.Stylesheet = "/css/gatehouse.css";       // restyle
            options.Pages.Consent = typeof(MyConsentPage);         // or replace
        });
        #endregion
    }
}
