using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

public sealed partial class HouseStyleTests
{
    private const int LongestFile = 350;
    private const int MedianFile = 90;

    [Fact]
    public void No_source_file_is_long()
    {
        var tooLong = new[] { "src", "tests", "samples", "bench" }.SelectMany(folder => Repository.Files(folder, ".cs", ".razor"))
            .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(file => (File: file, Lines: Lines(file)))
            .Where(file => file.Lines > LongestFile);
        Findings.None(tooLong);
    }

    [Fact]
    public void The_usual_file_of_the_provider_fits_a_screen()
    {
        var lines = Repository.Files("src/Gatehouse", ".cs", ".razor").Select(Lines).Order().ToList();
        Assert.InRange(lines[lines.Count / 2], 1, MedianFile);
    }

    [Fact]
    public void No_type_is_named_after_a_role_that_anything_could_have()
    {
        var wrong =
            from file in Repository.Files("src", ".cs", ".razor")
            let name = Path.GetFileNameWithoutExtension(file)
            from type in Types().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value).Append(name).Distinct()
            where Vague().IsMatch(type)
            select $"{file}: {type}";
        Findings.None(wrong);
    }

    [Theory]
    [InlineData("DefaultTokenStore", true)]
    [InlineData("StringUtils", true)]
    [InlineData("BaseGrant", true)]
    [InlineData("TokenManager", true)]
    [InlineData("Base64Url", false)]
    [InlineData("AuthorizationCode", false)]
    public void Vague_names_are_recognised(string name, bool vague) => Assert.Equal(vague, Vague().IsMatch(name));

    private static int Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file)).Count();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex Types();

    [GeneratedRegex("^(?:Default|Base)[A-Z]|(?:Helpers?|Utils?|Utilities|Managers?)$")]
    private static partial Regex Vague();
}
