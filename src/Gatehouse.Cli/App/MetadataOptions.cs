using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;

namespace Gatehouse.Cli.App;

/// <summary>The options of <c>clients create</c> and <c>clients update</c> that become client metadata.</summary>
internal sealed class MetadataOptions
{
    private readonly Option<string?> name = new("--name") { Description = "client_name: what the consent page calls it.", HelpName = "text" };
    private readonly Option<string[]> grants = new("--grant") { Description = "One of grant_types; repeatable.", HelpName = "grant" };
    private readonly Option<string[]> redirectUris = new("--redirect-uri") { Description = "One of redirect_uris; repeatable.", HelpName = "uri" };
    private readonly Option<string[]> scopes = new("--scope") { Description = "scope: names separated by spaces; repeatable.", HelpName = "scopes" };
    private readonly Option<string?> authMethod = new("--auth-method") { Description = "token_endpoint_auth_method. Default: client_secret_basic.", HelpName = "method" };
    private readonly Option<bool> isPublic = new("--public") { Description = "A public client: token_endpoint_auth_method none, and no secret." };
    private readonly Option<bool> native = new("--native") { Description = "application_type native: loopback and private-use redirect URIs are allowed." };
    private readonly Option<string[]> members = new("--set") { Description = "Any other member of RFC 7591, as key=value; the value is JSON, or else text. Repeatable.", HelpName = "key=value" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { name, grants, redirectUris, scopes, authMethod, isPublic, native, members }) command.Options.Add(option);
    }

    /// <summary>Writes what was given over <paramref name="metadata"/>. A list that was given replaces the whole list.</summary>
    public bool TryApply(ParseResult parsed, JsonObject metadata, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (parsed.GetValue(name) is { } text) metadata["client_name"] = text;
        Replace(metadata, "grant_types", parsed.GetValue(grants));
        Replace(metadata, "redirect_uris", parsed.GetValue(redirectUris));
        if (parsed.GetValue(scopes) is { Length: > 0 } given) metadata["scope"] = string.Join(' ', given);
        if (parsed.GetValue(native)) metadata["application_type"] = "native";
        if (parsed.GetValue(isPublic)) metadata["token_endpoint_auth_method"] = "none";
        if (parsed.GetValue(authMethod) is { } method)
        {
            if (parsed.GetValue(isPublic) && method != "none")
            {
                problem = $"--public means --auth-method none, but --auth-method is {method}. Leave one of them out.";
                return false;
            }
            metadata["token_endpoint_auth_method"] = method;
        }
        return TrySetMembers(parsed.GetValue(members) ?? [], metadata, out problem);
    }

    private static bool TrySetMembers(string[] members, JsonObject metadata, [NotNullWhen(false)] out string? problem)
    {
        foreach (var member in members)
        {
            var equals = member.IndexOf('=');
            if (equals <= 0)
            {
                problem = $"--set '{member}' is not of the form key=value, for example --set require_consent=false.";
                return false;
            }
            var key = member[..equals];
            if (ClientMetadata.Issued.Contains(key))
            {
                problem = $"--set {key}: this member is given by the server. For an id of your own use --client-id; for another secret `gatehouse clients add-secret`.";
                return false;
            }
            metadata[key] = Value(member[(equals + 1)..]);
        }
        problem = null;
        return true;
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static void Replace(JsonObject metadata, string name, string[]? values)
    {
        if (values is { Length: > 0 }) metadata[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
    }
}
