using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Notes.Accounts;
using Notes.Api;
using Notes.Data;
using Notes.Demo;

var builder = WebApplication.CreateBuilder(args);
// --urls, ASPNETCORE_URLS and the like come first; without them, this machine only.
builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:5080");

builder.Services.AddDbContext<NotesDbContext>(options => options.UseSqlite(builder.Configuration.GetConnectionString("Notes") ?? "Data Source=notes.db"));
builder.Services.AddScoped<UserPasswords>();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
{
    options.LoginPath = "/account/login";
    options.LogoutPath = "/account/logout";
    options.Cookie.Name = "notes";
});
builder.Services.AddAuthorization();
builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"))
    .AddUserAuthenticator<NotesUsers>()
    .UseSqlite(builder.Configuration.GetConnectionString("Gatehouse") ?? "Data Source=gatehouse.db");
builder.Services.AddRazorPages(options => options.Conventions.AuthorizePage("/Index"));

var app = builder.Build();
await app.Services.CreateNotesDatabaseAsync();

app.UseAuthentication();
app.UseAuthorization();
app.MapStaticAssets();
app.MapRazorPages();
app.MapNotesApi();
app.MapGatehouse();

if (!app.Environment.IsDevelopment())
{
    await app.RunAsync();
    return;
}
app.MapDemoCallback();
await app.StartAsync();
await app.PrintWalkthroughAsync();
await app.WaitForShutdownAsync();
