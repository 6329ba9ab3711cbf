using Microsoft.AspNetCore.Authentication.JwtBearer;

internal static class Resources
{
    public static void ApiElsewhere(WebApplicationBuilder builder)
    {
        #region jwt-bearer
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = "https://app.example";             // Gatehouse:Issuer; keys are found from there
            options.Audience = "https://api.example";              // the resource's Identifier
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];
            options.MapInboundClaims = false;
        });
        #endregion
    }
}
