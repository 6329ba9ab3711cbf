using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Faults.Load;

/// <summary>
/// One client program of one user, and what such programs do: sign in, call, refresh, sign out; ask again, somewhere else, when an answer does not come. Now and then it
/// does what it must not.
/// </summary>
/// <param name="browser">Where its user is signed in.</param>
/// <param name="wantsJwt">Its access tokens are JWTs for a resource elsewhere, and no reference tokens.</param>
/// <param name="fleet">Whom it asks.</param>
/// <param name="ledger">Where it writes down what it was told.</param>
/// <param name="keys">Who checks its JWTs.</param>
/// <param name="random">Its own.</param>
internal sealed class Device(Browser browser, bool wantsJwt, Fleet fleet, Ledger ledger, KeyDocument keys, Random random)
{
    /// <summary>Less than the retry window, which is what a client may count on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private FamilyRecord? family;

    /// <summary>What its user holds at the moment.</summary>
    public FamilyRecord? Family => family;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await StepAsync();
            // Who could not sign in does not try again at once.
            await Task.Delay(family is null ? random.Next(100, 500) : random.Next(60), CancellationToken.None);
        }
    }

    /// <summary>Nobody was locked out: whoever did not sign out can still refresh. Signs nobody in anew.</summary>
    public async Task FinishAsync()
    {
        if (family is not null) await RefreshAsync(family);
    }

    private Task StepAsync() => (family, random.Next(100)) switch
    {
        (null, < 85) => SignInAsync(),
        (null, < 92) => SignInWithPasswordAsync(),
        (null, _) => RaceForCodeAsync(),
        ({ } held, < 50) => CallAsync(held),
        ({ } held, < 85) => RefreshAsync(held),
        ({ } held, < 93) => RaceToRefreshAsync(held),
        ({ } held, < 97) => SignOutAsync(held),
        ({ RefreshTokens.Count: >= 3 } held, < 99) => ReplayAsync(held),
        ({ } held, _) => CallAsync(held),
    };

    private (string, string)[] WithResource(params (string, string)[] form) => wantsJwt ? [.. form, ("resource", Fleet.Resource)] : form;

    /// <summary>Through the browser: a code, and tokens for it. An answer that is lost costs the code; the browser gets another.</summary>
    private async Task SignInAsync()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        if (await GetCodeAsync(verifier) is not { } code) return;
        var answer = await fleet.TokenAsync(random.Next(fleet.Count), CodeForm(code, verifier));
        if (answer.Outcome == Outcome.Answered) await HoldAsync("code", answer);
        else if (answer.Outcome == Outcome.Refused) ledger.Violate($"a code that was issued a moment ago was refused: {answer.Text}");
    }

    private async Task SignInWithPasswordAsync()
    {
        var answer = await fleet.TokenAsync(random.Next(fleet.Count), WithResource(("grant_type", "password"), ("username", browser.UserName), ("password", Browser.Password)));
        if (answer.Outcome == Outcome.Answered) await HoldAsync("password", answer);
        else if (answer.Outcome == Outcome.Refused) ledger.Violate($"a right password was refused: {answer.Text}");
    }

    /// <summary>One code, two nodes, at once. One of them may give tokens for it; the other one has then seen a replay, so the family may end.</summary>
    private async Task RaceForCodeAsync()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        if (await GetCodeAsync(verifier) is not { } code) return;
        var first = random.Next(fleet.Count);
        var answers = await Task.WhenAll(fleet.TokenAsync(first, CodeForm(code, verifier)), fleet.TokenAsync(fleet.Other(random, first), CodeForm(code, verifier)));
        if (answers.All(answer => answer.Outcome == Outcome.Answered)) ledger.Violate("a code was redeemed twice");
        foreach (var answer in answers.Where(answer => answer.Outcome == Outcome.Answered)) ledger.Begin("code, raced for", answer).State = FamilyState.Uncertain;
    }

    private async Task CallAsync(FamilyRecord held)
    {
        var token = held.AccessTokens[^1];
        var answer = await fleet.IntrospectAsync(random.Next(fleet.Count), token);
        if (answer.Outcome == Outcome.Answered && answer["active"] != "True") ledger.Violate($"a live access token of {held} was refused");
        if (answer.Outcome == Outcome.Refused) ledger.Violate($"introspection was refused: {answer.Text}");
    }

    private async Task RefreshAsync(FamilyRecord held)
    {
        var token = held.Current;
        var form = WithResource(("grant_type", "refresh_token"), ("refresh_token", token));
        await SettleAsync(held, token, await InsistAsync(node => fleet.TokenAsync(node, form)));
    }

    /// <summary>As two tabs of one browser do. Both get the same answer.</summary>
    private async Task RaceToRefreshAsync(FamilyRecord held)
    {
        var token = held.Current;
        var form = WithResource(("grant_type", "refresh_token"), ("refresh_token", token));
        var first = random.Next(fleet.Count);
        var answers = await Task.WhenAll(fleet.TokenAsync(first, form), fleet.TokenAsync(fleet.Other(random, first), form));
        foreach (var answer in answers.Where(answer => !answer.IsUnknown)) await SettleAsync(held, token, answer);
        if (answers.All(answer => answer.IsUnknown)) await SettleAsync(held, token, await InsistAsync(node => fleet.TokenAsync(node, form)));
    }

    private async Task SettleAsync(FamilyRecord held, string token, Answer? answer)
    {
        if (answer is { Outcome: Outcome.Answered })
        {
            ledger.Redeemed(held, token, answer);
            if (wantsJwt) await keys.CheckAsync(answer["access_token"]!, random);
            return;
        }
        ledger.Violate(answer is null ? $"{held} was not answered for {Patience.TotalSeconds:0} s" : $"{held} is locked out: {answer.Text}");
        held.State = FamilyState.Uncertain;
        family = null;
    }

    private async Task SignOutAsync(FamilyRecord held)
    {
        held.State = FamilyState.Ending;
        family = null;
        var token = held.Current;
        var asked = -1;
        if (await InsistAsync(node => fleet.RevokeAsync(asked = node, token)) is { Outcome: Outcome.Answered })
        {
            ledger.Ended(held);
            // Where it was revoked, it is at once.
            if (await fleet.IntrospectAsync(asked, held.AccessTokens[^1]) is { Outcome: Outcome.Answered } answer && answer["active"] != "False")
                ledger.Violate($"{held} was revoked and its access token accepted by the same node right after");
        }
        else ledger.Violate($"{held} could not be revoked");
    }

    /// <summary>Shows a token whose successor is used: one of two parties that hold it is a thief, so the family ends for both.</summary>
    private async Task ReplayAsync(FamilyRecord held)
    {
        held.State = FamilyState.Ending;
        family = null;
        var token = held.RefreshTokens[^3];
        var answer = await InsistAsync(node => fleet.TokenAsync(node, WithResource(("grant_type", "refresh_token"), ("refresh_token", token))));
        if (answer is { Outcome: Outcome.Refused }) ledger.Ended(held);
        else ledger.Violate($"a refresh token of {held} that had been used before was answered with: {answer?.Text ?? "nothing"}");
    }

    /// <summary>Asks one node after the other until one says yes or no, and waits as long as it is told to.</summary>
    private async Task<Answer?> InsistAsync(Func<int, Task<Answer>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        var node = -1;
        do
        {
            node = fleet.Other(random, node);
            var answer = await ask(node);
            if (!answer.IsUnknown) return answer;
            // Spread a little, so that not all come back in the same moment.
            await Task.Delay(answer.RetryAfter + TimeSpan.FromMilliseconds(random.Next(50, 250)));
        }
        while (Stopwatch.GetElapsedTime(started) < Patience);
        return null;
    }

    private async Task HoldAsync(string by, Answer answer)
    {
        family = ledger.Begin(by, answer);
        if (wantsJwt) await keys.CheckAsync(answer["access_token"]!, random);
    }

    private async Task<string?> GetCodeAsync(string verifier)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var query = string.Join('&', WithResource(("response_type", "code"), ("client_id", Fleet.ClientId), ("redirect_uri", Fleet.RedirectUri), ("scope", "notes.read"),
            ("code_challenge_method", "S256"), ("code_challenge", challenge)).Select(field => $"{field.Item1}={Uri.EscapeDataString(field.Item2)}"));
        return await browser.AuthorizeAsync(fleet, random.Next(fleet.Count), $"/oauth2/authorize?{query}");
    }

    private (string, string)[] CodeForm(string code, string verifier) =>
        WithResource(("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Fleet.RedirectUri), ("code_verifier", verifier));
}
