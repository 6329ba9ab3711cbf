using Gatehouse.Keys;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Tests.Keys;

/// <summary>A wrong setting stops the app with the option's name and the fix.</summary>
public sealed class KeyOptionsTests
{
    [Fact]
    public void The_defaults_are_right_and_a_section_is_read()
    {
        var options = new GatehouseOptions();
        Assert.Empty(options.Keys.Problems());

        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Keys:RotationInterval"] = "30.00:00:00",
            ["Keys:PublicationLead"] = "12:00:00",
            ["Keys:Algorithms:0"] = "RS256",
            ["Keys:EncryptionKeys:0"] = Convert.ToBase64String(new byte[32]),
            ["Keys:EncryptionKeys:1"] = Convert.ToBase64String(new byte[32]),
        }).Build().Bind(options);

        Assert.Empty(options.Keys.Problems());
        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromHours(12)), (options.Keys.RotationInterval, options.Keys.PublicationLead));
        Assert.Equal(["RS256"], options.Keys.Algorithms);
        Assert.Equal(2, options.Keys.ReadEncryptionKeys().Count);
    }

    public static TheoryData<string, Action<KeyOptions>> Wrong => new()
    {
        { "Gatehouse:Keys:PublicationLead", options => options.PublicationLead = TimeSpan.FromMinutes(9) },
        { "Gatehouse:Keys:PublicationLead", options => options.PublicationLead = TimeSpan.FromDays(31) },
        { "Gatehouse:Keys:RotationInterval", options => options.RotationInterval = TimeSpan.FromHours(47) },
        { "Gatehouse:Keys:RotationInterval", options => options.RotationInterval = TimeSpan.FromDays(4000) },
        { "Gatehouse:Keys:Retention", options => options.Retention = TimeSpan.FromHours(48) },
        { "Gatehouse:Keys:Algorithms names 'HS256'", options => options.Algorithms.Add("HS256") },
        { "Gatehouse:Keys:EncryptionKey ", options => options.EncryptionKey = "short" },
        { "Gatehouse:Keys:EncryptionKey ", options => options.EncryptionKey = Convert.ToBase64String(new byte[31]) },
        { "Gatehouse:Keys:EncryptionKey ", options => options.EncryptionKey = Convert.ToBase64String(new byte[33]) },
        { "Gatehouse:Keys:EncryptionKey ", options => options.EncryptionKey = Convert.ToBase64String(new byte[64]) },
        { "Gatehouse:Keys:EncryptionKeys:1 ", options => Add(options.EncryptionKeys, Convert.ToBase64String(new byte[32]), "") },
        { "both set", options => Add(options.EncryptionKeys, options.EncryptionKey = Convert.ToBase64String(new byte[32])) },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_its_fix(string said, Action<KeyOptions> configure)
    {
        var options = new KeyOptions();

        configure(options);

        var problem = Assert.Single(options.Problems());
        Assert.Contains(said, problem, StringComparison.Ordinal);
        if (options.EncryptionKey is { } secret) Assert.DoesNotContain(secret, problem, StringComparison.Ordinal);
    }

    /// <summary>A cache that kept the key document for as long as it may must have let it go well before a new key signs.</summary>
    [Fact]
    public void The_key_document_is_kept_for_less_than_the_shortest_lead() => Assert.True(KeyOptions.DocumentMaxAge < KeyOptions.ShortestLead);

    private static void Add(IList<string> list, params string[] values)
    {
        foreach (var value in values) list.Add(value);
    }
}
