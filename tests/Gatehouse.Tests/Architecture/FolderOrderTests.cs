using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

/// <summary>
/// <c>src/Gatehouse</c> reads from top to bottom: a folder may use those above it in this list, and never one below. Whoever redeems
/// an artifact therefore stands below whoever creates it. The root namespace wires everything together and may use all of it.
/// </summary>
public sealed partial class FolderOrderTests
{
    private static readonly string[] Order =
    [
        "Protocol", "Diagnostics", "Fetch", "Storage", "Audit", "Keys", "Clients", "Users", "Sessions", "Throttling", "Tokens", "Http", "ClientAuthentication",
        "Pages", "Authorize", "Grants", "Introspection", "Revocation", "UserInfo", "Logout", "Registration", "Account", "Discovery", "Bearer",
    ];

    // Settings are read everywhere; a folder that used anything else of the root would close a circle.
    private static bool IsSettings(string name) => name.EndsWith("Options", StringComparison.Ordinal) || name == nameof(EndpointPaths);

    [Fact]
    public void Every_folder_has_its_place_in_the_order()
    {
        var folders = Repository.Files("src/Gatehouse", ".cs", ".razor").Select(FolderOf).OfType<string>().Distinct();
        Findings.None(folders.Except(Order));
    }

    [Fact]
    public void A_folder_uses_only_folders_above_it()
    {
        var uses = TypeUses.Of(typeof(GatehouseOptions).Assembly.Location);
        Assert.Contains(uses, use => use.FromNamespace == "Gatehouse.Grants" && use.Namespace == "Gatehouse.Protocol");

        var wrong = uses.Where(use => PlaceOf(use.FromNamespace) is { } from && IsBelow(from, use));
        Findings.None(wrong);
    }

    // A constant leaves no trace in IL; the using directive that brings it in does.
    [Fact]
    public void A_file_imports_only_folders_above_its_own()
    {
        var wrong =
            from file in Repository.Files("src/Gatehouse", ".cs", ".razor")
            where FolderOf(file) is not null
            let place = Array.IndexOf(Order, FolderOf(file))
            from Match import in Imports().Matches(Repository.Read(file))
            where Array.IndexOf(Order, import.Groups[1].Value) > place
            select $"{file}: {import.Value}";
        Findings.None(wrong);
    }

    private static bool IsBelow(int from, TypeUses.Use use) =>
        use.Namespace == "Gatehouse" ? !IsSettings(use.Name) : PlaceOf(use.Namespace) is { } to && to > from;

    private static int? PlaceOf(string @namespace)
    {
        var parts = @namespace.Split('.');
        return parts is ["Gatehouse", var folder, ..] && Array.IndexOf(Order, folder) is var place and >= 0 ? place : null;
    }

    private static string? FolderOf(string file) => file.Split('/') is ["src", "Gatehouse", var folder, _, ..] ? folder : null;

    [GeneratedRegex(@"^@?using (?:static )?Gatehouse\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Imports();
}
