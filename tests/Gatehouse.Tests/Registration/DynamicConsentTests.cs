using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Registration;

[Trait(Rule.Requirement, "SR-156")]
public sealed class DynamicConsentTests
{
    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("none")]
    public void Consent_is_never_remembered_for_a_client_that_registered_itself(string method)
    {
        var byHand = new Client { Id = "c", RedirectUris = ["https://client.example/cb"], TokenEndpointAuthMethod = method };
        var dynamic = byHand with { Registration = new DynamicRegistration("id", new byte[32], "anybody") };

        Assert.True(Consent.IsRememberable(TargetOf(byHand)));
        Assert.False(Consent.IsRememberable(TargetOf(dynamic)));
    }

    private static RedirectTarget TargetOf(Client client)
    {
        Assert.True(Parameters.From([new("client_id", client.Id)]).Succeeded(out var parameters, out _));
        Assert.True(RedirectTarget.Parse(parameters, client).Succeeded(out var target, out _));
        return target;
    }
}
