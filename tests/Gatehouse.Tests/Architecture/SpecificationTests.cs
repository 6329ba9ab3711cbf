namespace Gatehouse.Tests.Architecture;

public sealed class SpecificationTests
{
    // Folders that implement specifications: each file says which one, and where.
    private static readonly string[] Folders =
    [
        "Protocol", "Keys", "Tokens", "Http", "ClientAuthentication", "Authorize", "Grants", "Introspection", "Revocation", "Discovery", "Bearer",
    ];

    // Files of those folders that no specification speaks of, and what they are.
    private static readonly Dictionary<string, string> OwnIdeas = new()
    {
        ["Bearer/AccessTokenPrincipal.cs"] = "what the app sees of a token",
        ["Bearer/BearerOrCookieHandler.cs"] = "the seed's mixed policy",
        ["Bearer/BearerServices.cs"] = "registration",
        ["Bearer/PageNavigation.cs"] = "page or program",
        ["Bearer/RequireScopeExtensions.cs"] = "sugar for the app",
        ["Keys/ExternalKeys.cs"] = "what key sources said last",
        ["Keys/ExternalKeysRefresher.cs"] = "asks them in the background",
        ["Keys/ISigningKeySource.cs"] = "keys that live elsewhere",
        ["Keys/KeyMaker.cs"] = "makes and seals",
        ["Keys/KeyOpener.cs"] = "opens what was sealed",
        ["Keys/KeyOptions.cs"] = "settings",
        ["Keys/KeyRingRefresher.cs"] = "looks after keys in the background",
        ["Keys/KeySchedule.cs"] = "the life of keys as a function of time",
        ["Keys/KeySeal.cs"] = "private keys at rest",
        ["Protocol/IParsed.cs"] = "a type that proves that it was checked",
        ["Protocol/Result.cs"] = "a value or an error",
        ["Tokens/IAccessTokenCache.cs"] = "speed",
        ["Tokens/InMemoryAccessTokenCache.cs"] = "speed",
        ["Tokens/Decision.cs"] = "the two ends of a grant",
        ["Tokens/Revoker.cs"] = "one place that ends families",
        ["Tokens/TokenClaim.cs"] = "claims of the app",
        ["Tokens/TokenIssuer.cs"] = "decisions into tokens, whatever their specification",
        ["Authorize/Seal.cs"] = "what a browser brings back unread",
        ["ClientAuthentication/SecretUpgrade.cs"] = "moving from Pyramid",
    };

    [Fact]
    public void Every_protocol_file_names_its_specification_first()
    {
        var silent = Repository.Files("src/Gatehouse", ".cs")
            .Select(file => (File: file, Name: file["src/Gatehouse/".Length..]))
            .Where(file => Folders.Contains(file.Name.Split('/')[0]) && !OwnIdeas.ContainsKey(file.Name) && !IsStore(file.Name))
            .Where(file => SpecificationIndex.Parse(file.File) is null)
            .Select(file => $"{file.Name} begins with: {Repository.FirstLine(file.File)}");
        Findings.None(silent);
    }

    // Where things are kept is a seam of ours in every folder.
    private static bool IsStore(string name) => name.EndsWith("Store.cs", StringComparison.Ordinal);

    [Fact]
    public void The_list_of_own_ideas_names_only_files_that_need_it()
    {
        var needless = OwnIdeas.Keys.Where(name => !File.Exists(Path.Combine(Repository.Root, "src/Gatehouse", name)) || SpecificationIndex.Parse("src/Gatehouse/" + name) is not null);
        Findings.None(needless);
    }

    [Fact]
    public void A_specification_has_one_title()
    {
        var several = SpecificationIndex.Read().GroupBy(entry => entry.Specification).Where(group => group.Select(entry => entry.Title).Distinct().Count() > 1)
            .SelectMany(group => group.Select(entry => $"{entry.File}: {entry.Specification} - {entry.Title}"));
        Findings.None(several);
    }

    [Fact]
    public void The_index_of_specifications_is_what_the_sources_say() => GeneratedDocument.MustEqual("docs/specs.md", SpecificationIndex.Render());
}
