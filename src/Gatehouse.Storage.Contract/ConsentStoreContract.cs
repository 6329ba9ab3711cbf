using Gatehouse.Authorize;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IConsentStore"/>.</summary>
public abstract class ConsentStoreContract : StoreContract<IConsentStore>
{
    /// <summary>A user is asked once per scope, whichever node asks.</summary>
    [Fact]
    public async Task A_consent_is_found_as_it_was_saved()
    {
        var consent = NewConsent(NewName("zoë 😀"), "https://client.example/é");
        await Store.SaveAsync(consent, Ct);
        Assert.Equal(consent, await Store.FindAsync(consent.Subject, consent.ClientId, Ct));
        Assert.Equal(consent, await OtherNode.FindAsync(consent.Subject, consent.ClientId, Ct));
    }

    /// <summary>What one user allowed one client says nothing of another user or another client.</summary>
    [Fact]
    public async Task Nothing_is_found_for_another_subject_or_another_client()
    {
        var consent = NewConsent(NewName("alice"), "client");
        await Store.SaveAsync(consent, Ct);
        Assert.Null(await Store.FindAsync(consent.Subject.ToUpperInvariant(), "client", Ct));
        Assert.Null(await Store.FindAsync(consent.Subject, "Client", Ct));
        Assert.Null(await Store.FindAsync(consent.Subject, "client2", Ct));
        Assert.Null(await Store.FindAsync(consent.Subject[..^1], "client", Ct));
    }

    /// <summary>There is one consent per user and client: the last one.</summary>
    [Fact]
    public async Task Saving_again_replaces_what_was_allowed()
    {
        var consent = NewConsent(NewName("alice"), "client");
        await Store.SaveAsync(consent, Ct);
        var narrowed = consent with { Scope = "notes.read", GrantedAt = Now.AddMinutes(1) };
        await OtherNode.SaveAsync(narrowed, Ct);
        Assert.Equal(narrowed, await Store.FindAsync(consent.Subject, "client", Ct));
        Assert.Equal([narrowed], await Store.ListAsync(consent.Subject, "", 100, Ct));
    }

    /// <summary>The list of connected apps is the user's own, and whole.</summary>
    [Fact]
    public async Task All_that_a_user_allowed_is_listed_and_nothing_of_others()
    {
        var alice = NewName("alice");
        StoredConsent[] hers = [NewConsent(alice, "one"), NewConsent(alice, "two")];
        foreach (var consent in hers) await Store.SaveAsync(consent, Ct);
        await Store.SaveAsync(NewConsent(NewName("bob"), "one"), Ct);
        Assert.Equal(hers, await OtherNode.ListAsync(alice, "", 100, Ct));
        Assert.Empty(await Store.ListAsync(NewName("nobody"), "", 100, Ct));
    }

    /// <summary>Whoever reads on after the last one misses none, in whichever language the database sorts for people.</summary>
    [Fact]
    public async Task Consents_are_listed_in_parts_in_the_ordinal_order_of_the_clients_ids()
    {
        var alice = NewName("alice");
        string[] ids = ["B", "_", "a", "a-b", "aB", "ab", "b"];
        foreach (var id in ids.Reverse()) await Store.SaveAsync(NewConsent(alice, id), Ct);
        var seen = new List<string>();
        for (IReadOnlyList<StoredConsent>? part = null; part is null || part.Count == 2;)
        {
            part = await OtherNode.ListAsync(alice, seen.Count == 0 ? "" : seen[^1], 2, Ct);
            Assert.InRange(part.Count, 0, 2);
            seen.AddRange(part.Select(consent => consent.ClientId));
        }
        Assert.Equal(ids, seen);
    }

    /// <summary>Withdrawn is withdrawn; withdrawing twice is no failure.</summary>
    [Fact]
    public async Task A_deleted_consent_is_gone_and_the_others_stay()
    {
        var alice = NewName("alice");
        StoredConsent gone = NewConsent(alice, "one"), stays = NewConsent(alice, "two");
        await Store.SaveAsync(gone, Ct);
        await Store.SaveAsync(stays, Ct);
        await OtherNode.DeleteAsync(alice, "one", Ct);
        await Store.DeleteAsync(alice, "one", Ct);
        Assert.Null(await Store.FindAsync(alice, "one", Ct));
        Assert.Equal([stays], await Store.ListAsync(alice, "", 100, Ct));
    }

    /// <summary>A double click on "Allow" is one consent and no error page.</summary>
    [Fact]
    public async Task Saving_the_first_consent_many_times_at_once_leaves_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var alice = NewName("alice");
            await RaceAsync(async caller =>
            {
                await NodeOf(caller).SaveAsync(NewConsent(alice, "client"), Ct);
                return true;
            });
            Assert.Equal([NewConsent(alice, "client")], await Store.ListAsync(alice, "", 100, Ct));
        }
    }

    private StoredConsent NewConsent(string subject, string clientId) => new(subject, clientId, "notes.read notes.write", Now);
}
