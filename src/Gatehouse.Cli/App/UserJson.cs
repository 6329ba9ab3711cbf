using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Server.Users;

namespace Gatehouse.Cli.App;

/// <summary>Users as they are printed: the names of the standard claims, and never anything to sign in with.</summary>
internal static class UserJson
{
    public static JsonObject Of(ServerUser user)
    {
        var json = new JsonObject { ["sub"] = user.Id, ["username"] = user.UserName, ["administrator"] = user.IsAdministrator, ["disabled"] = user.DisabledAt is not null };
        if (user.Email is not null) (json["email"], json["email_verified"]) = (user.Email, user.EmailConfirmed);
        if (user.PhoneNumber is not null) (json["phone_number"], json["phone_number_verified"]) = (user.PhoneNumber, user.PhoneNumberConfirmed);
        foreach (var (name, value) in JsonSerializer.SerializeToNode(user.Profile, UsersJson.Default.UserProfile)!.AsObject()) json[name] = value?.DeepClone();
        json["updated_at"] = user.UpdatedAt.ToUnixTimeSeconds();
        return json;
    }
}
