using NotesClient;

var (settings, problem) = Settings.Read(args);
if (settings is null)
{
    Console.Error.WriteLine($"{problem}\n\n{Settings.Usage}");
    return 2;
}

// Certificates are checked as HttpClient checks them, and there is no option to look away.
using var http = new HttpClient { BaseAddress = new(settings.Url.AbsoluteUri.TrimEnd('/') + "/") };
var client = new TokenClient(http, settings.ClientId, settings.ClientSecret);
var notes = new NotesApi(http);
try
{
    var tokens = await client.SignInAsync(settings.UserName, settings.Password);
    notes.AccessToken = tokens.AccessToken;
    Console.WriteLine($"Signed in as user {tokens.UserId}; the token lives {tokens.ExpiresIn} seconds.");
    Console.WriteLine($"The API says: {await notes.ShowMeAsync()}");

    var note = await notes.AddAsync("Written by samples/Client");
    Console.WriteLine($"Added note {note.Id}.");
    foreach (var each in await notes.ListAsync()) Console.WriteLine($"  {each.Id}: {each.Text}");

    tokens = await client.RefreshAsync(tokens);
    notes.AccessToken = tokens.AccessToken;
    Console.WriteLine("Refreshed.");

    await notes.DeleteAsync(note);
    Console.WriteLine($"Deleted note {note.Id}.");

    await notes.SignOutAsync();
    Console.WriteLine(await notes.IsRefusedAsync() ? "Signed out: the token is refused." : "Signed out, and the token still works: that is a bug.");
    return 0;
}
catch (HttpRequestException e)
{
    Console.Error.WriteLine(e.InnerException is { } cause ? $"{e.Message} {cause.Message}" : e.Message);
    return 1;
}
