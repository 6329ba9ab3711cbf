using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Authorize;

/// <summary>Every combination of wishes, users and what was asked already.</summary>
public sealed class AuthorizeStepTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero);

    private static readonly string?[] Prompts = [null, "none", "login", "select_account", "consent", "create", "login consent", "select_account login consent"];
    private static readonly string?[] MaxAges = [null, "0", "60", "100000"];
    private static readonly string?[] AcrWishes = [null, "gold", "unknown"];
    private static readonly string?[] Claims = [null, """{"id_token":{"acr":{"essential":true,"values":["gold"]}}}""", """{"id_token":{"acr":{"essential":true,"value":"unknown"},"sub":{"value":"1"}}}"""];
    private static readonly string?[] Hints = [null, "1", "2"];

    private static readonly SignedInUser?[] Users =
    [
        null,
        new("1", "alice", new(Now.AddMinutes(-30).ToUnixTimeSeconds())),
        new("1", "alice", new(Now.ToUnixTimeSeconds(), Acr: "gold")),
        new("2", "bob", new(Now.ToUnixTimeSeconds(), Acr: "silver")),
        new("2", "bob", new(null)),
    ];

    private sealed record Case(AuthorizeRequest Request, SignedInUser? User, bool Marked, AuthorizeStep Step)
    {
        public override string ToString() => $"prompt none={Request.Prompt.IsSilent} login={Request.Prompt.Login} create={Request.Prompt.Create}, max_age={Request.Authentication.MaxAge}, only={Request.OnlyFor?[0]}, user={User}, marked={Marked}: {Step}";
    }

    private static IEnumerable<Case> All()
    {
        var options = new GatehouseOptions { Issuer = TestProvider.Issuer };
        options.Authorize.CreateAccountPath = "/register";
        options.Authorize.AcrValues.Add("gold");
        var rules = new AuthorizeRules(new ResourceCatalog(Options.Create(options)), new ScopeClaims(Options.Create(options)), new PairwiseSubject(Options.Create(options)), options.Authorize, TestProvider.Issuer);
        var client = new Client { Id = "app", RedirectUris = ["https://client.example/cb"], Scope = "openid" };
        foreach (var (prompt, age, acr, claims, hint) in from prompt in Prompts from age in MaxAges from acr in AcrWishes from claims in Claims from hint in Hints select (prompt, age, acr, claims, hint))
        {
            var pairs = new (string Name, string? Value)[]
            {
                ("client_id", "app"), ("response_type", "code"), ("code_challenge", Browser.ChallengeOf(Browser.Verifier)), ("code_challenge_method", "S256"),
                ("prompt", prompt), ("max_age", age), ("acr_values", acr), ("claims", claims),
            };
            Assert.True(Parameters.From([.. pairs.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value!))]).Succeeded(out var parameters, out _));
            Assert.True(RedirectTarget.Parse(parameters, client).Succeeded(out var target, out _));
            var parsed = AuthorizeRequest.Parse(parameters, target, rules, hint);
            Assert.True(parsed.Succeeded(out var request, out var error), error?.Description);
            foreach (var user in Users)
                foreach (var mark in (LoginMark?[])[null, new(Now.AddMinutes(-1).ToUnixTimeSeconds(), "")])
                    yield return new(request, user, mark is not null, AuthorizeStep.Next(target, parsed, user, mark, remembered: null, options.Authorize, Now));
        }
    }

    [Fact]
    public void Nobody_who_is_signed_in_is_sent_to_sign_in_twice_for_one_request() =>
        Assert.DoesNotContain(All(), one => one is { Marked: true, User: not null, Step: AuthorizeStep.LogIn });

    [Fact]
    public void A_silent_request_asks_nobody_anything() =>
        Assert.DoesNotContain(All(), one => one.Request.Prompt.IsSilent && one.Step is (AuthorizeStep.LogIn or AuthorizeStep.AskConsent));

    [Fact]
    public void Whoever_is_sent_to_sign_in_for_a_reason_is_recognised_afterwards() =>
        Assert.DoesNotContain(All(), one => one.Step is AuthorizeStep.LogIn { Marked: false } && (one.User is not null || SignInMatters(one.Request)));

    [Fact]
    public void Nobody_is_asked_for_consent_whose_sign_in_is_not_what_was_asked_for()
    {
        var asked = All().Where(one => one.Step is AuthorizeStep.AskConsent or AuthorizeStep.Issue).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, one =>
        {
            var (wish, user) = (one.Request.Authentication, one.User!);
            Assert.True(one.Request.OnlyFor?.Contains(user.Subject) ?? true);
            var isNew = one.Marked && user.SignIn.At >= Now.AddMinutes(-1).ToUnixTimeSeconds();
            Assert.True(isNew || !(wish.Prompt.Login || wish.Prompt.Create || wish.Prompt.SelectAccount));
            Assert.True(isNew || wish.MaxAge is not { } age || (age > 0 && user.SignIn.At >= Now.ToUnixTimeSeconds() - age));
            Assert.True(wish.EssentialAcr.Count == 0 || wish.EssentialAcr.Contains(user.SignIn.Acr));
        });
    }

    private static bool SignInMatters(AuthorizeRequest request) =>
        request.OnlyFor is not null || request.Authentication.MaxAge is not null || request.Prompt.Login || request.Prompt.Create || request.Prompt.SelectAccount;
}
