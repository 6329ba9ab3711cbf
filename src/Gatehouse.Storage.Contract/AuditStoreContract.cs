using Gatehouse.Audit;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IAuditStore"/>.</summary>
public abstract class AuditStoreContract : StoreContract<IAuditStore>
{
    /// <summary>What an auditor reads is what was written, whichever node wrote it.</summary>
    [Fact]
    public async Task An_event_is_listed_as_it_was_appended()
    {
        var client = NewName("https://client.example/é");
        AuditEvent full = NewEvent(client) with { Subject = "hash of a user", Address = "hash of an address", Details = new Dictionary<string, string> { ["scope"] = "notes.read é", ["family"] = "\"1\"" } };
        AuditEvent bare = NewEvent(client) with { Id = Guid.CreateVersion7(Now.AddMilliseconds(1)), At = Now.AddMilliseconds(1) };
        await Store.AppendAsync([full, bare], Ct);
        Assert.Equal([full, bare], await OtherNode.ListAsync(new() { ClientId = client }, Ct), Same);
        await Store.AppendAsync([], Ct);
    }

    /// <summary>A writer that lost the answer sends its events again; the trail must not tell of two.</summary>
    [Fact]
    public async Task An_event_that_is_sent_again_is_there_once_and_unchanged()
    {
        var client = NewName("client");
        AuditEvent first = NewEvent(client), second = NewEvent(client) with { Id = Guid.CreateVersion7(Now.AddMilliseconds(1)), At = Now.AddMilliseconds(1) };
        await Store.AppendAsync([first], Ct);
        await OtherNode.AppendAsync([first with { Outcome = AuditOutcome.Refused }, second, second], Ct);
        Assert.Equal([first, second], await Store.ListAsync(new() { ClientId = client }, Ct), Same);
    }

    /// <summary>Pages in both directions, without a gap and without a repetition.</summary>
    [Fact]
    public async Task Events_are_listed_in_their_order_page_by_page()
    {
        var client = NewName("client");
        AuditEvent[] events = [.. Enumerable.Range(0, 7).Select(i => NewEvent(client, Now.AddMilliseconds(i)))];
        // The order of arrival is not the order of events: nodes write when they can.
        await Store.AppendAsync([.. events[3..]], Ct);
        await OtherNode.AppendAsync([.. events[..3]], Ct);
        foreach (var backwards in new[] { false, true })
        {
            var listed = new List<AuditEvent>();
            IReadOnlyList<AuditEvent> page;
            do listed.AddRange(page = await Store.ListAsync(new() { ClientId = client, Backwards = backwards, Limit = 3, Next = listed.LastOrDefault()?.Id }, Ct));
            while (page.Count == 3);
            Assert.Equal(backwards ? events.Reverse() : events, listed, Same);
        }
    }

    /// <summary>From a time on, and before another: half open, so that two queries that meet miss nothing and repeat nothing.</summary>
    [Fact]
    public async Task A_time_is_from_the_first_to_before_the_last()
    {
        var client = NewName("client");
        AuditEvent[] events = [.. Enumerable.Range(0, 4).Select(i => NewEvent(client, Now.AddSeconds(i)))];
        await Store.AppendAsync(events, Ct);
        Assert.Equal(events[1..3], await Store.ListAsync(new() { ClientId = client, Since = events[1].At, Until = events[3].At }, Ct), Same);
    }

    /// <summary>Each condition counts, and they count together.</summary>
    [Fact]
    public async Task A_query_asks_by_type_outcome_client_user_and_address()
    {
        var (client, user, address) = (NewName("client"), NewName("user"), NewName("address"));
        var asked = NewEvent(client) with { Subject = user, Address = address };
        AuditEvent[] others =
        [
            asked with { Type = AuditType.TokensRefused }, asked with { Outcome = AuditOutcome.Refused }, asked with { ClientId = NewName("client") }, asked with { ClientId = null },
            asked with { Subject = NewName("user") }, asked with { Subject = null }, asked with { Address = NewName("address") }, asked with { Address = null },
        ];
        await Store.AppendAsync([asked, .. others.Select((other, i) => other with { Id = Guid.CreateVersion7(Now.AddMilliseconds(i + 1)), At = Now.AddMilliseconds(i + 1) })], Ct);
        Assert.Equal([asked], await OtherNode.ListAsync(new() { Type = asked.Type, Outcome = asked.Outcome, ClientId = client, Subject = user, Address = address }, Ct), Same);
        Assert.Equal(7, (await Store.ListAsync(new() { Subject = user }, Ct)).Count);
    }

    /// <summary>What is over its time goes, the oldest first and in bounded steps, and nothing younger.</summary>
    [Fact]
    public async Task Old_events_are_swept_the_oldest_first_and_the_others_stay()
    {
        var (client, old) = (NewName("client"), Now.AddYears(-20));
        AuditEvent[] events = [.. Enumerable.Range(0, 3).Select(i => NewEvent(client, old.AddSeconds(i))), NewEvent(client, old.AddSeconds(10))];
        await Store.AppendAsync(events, Ct);
        var removed = 0;
        for (var step = 0; step < 3 && removed < 3; step++)
        {
            var now = await OtherNode.SweepAsync(old.AddSeconds(10), 2, Ct);
            Assert.InRange(now, 1, 2);
            removed += now;
        }
        Assert.Equal(0, await Store.SweepAsync(old.AddSeconds(10), 2, Ct));
        Assert.Equal(events[3..], await Store.ListAsync(new() { ClientId = client }, Ct), Same);
        await Store.SweepAsync(old.AddSeconds(11), 10, Ct);
    }

    /// <summary>An event of now, in which nobody appears but a client.</summary>
    private AuditEvent NewEvent(string clientId, DateTimeOffset? at = null) =>
        new(Guid.CreateVersion7(at ?? Now), at ?? Now, AuditType.TokensIssued, AuditOutcome.Success, clientId, null, null, "node");

    private static bool Same(AuditEvent one, AuditEvent other) =>
        one with { Details = other.Details } == other && one.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal).SequenceEqual(other.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal));
}
