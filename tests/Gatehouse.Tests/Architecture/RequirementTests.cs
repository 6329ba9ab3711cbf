using System.Reflection;

namespace Gatehouse.Tests.Architecture;

public sealed class RequirementTests
{
    [Fact]
    public void The_index_of_requirements_is_what_the_tests_say() => GeneratedDocument.MustEqual("docs/security.md", RequirementIndex.Render());

    [Fact]
    public void A_test_names_only_requirements_that_are_listed()
    {
        var listed = RequirementIndex.Requirements.Select(item => item.Number).ToHashSet();
        Findings.None(RequirementIndex.Read().Where(item => !listed.Contains(item.Requirement)));
    }

    // The index reads sources, so that it can name files. What it reads there must be what the runner sees.
    [Fact]
    public void The_index_finds_the_traits_that_the_runner_finds()
    {
        var compiled =
            from type in typeof(RequirementTests).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            from trait in method.GetCustomAttributes<TraitAttribute>()
            where trait.Name == Rule.Requirement
            select $"{trait.Value} {method.Name}";
        var found = RequirementIndex.Read().Select(item => $"{item.Requirement} {item.Test}").ToHashSet();
        Findings.None(compiled.Where(item => !found.Contains(item)));
    }
}
