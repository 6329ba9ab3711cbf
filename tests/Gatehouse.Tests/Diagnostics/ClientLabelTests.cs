using Gatehouse.Diagnostics;

namespace Gatehouse.Tests.Diagnostics;

/// <summary>Each value of an attribute costs memory wherever metrics are kept, so there is an end to clients.</summary>
public sealed class ClientLabelTests
{
    [Fact]
    public void The_first_clients_have_their_own_label_and_all_others_share_one()
    {
        var labels = new ClientLabels();
        var first = Enumerable.Range(0, ClientLabels.Registered).Select(i => $"app-{i}").ToList();

        Assert.Equal(first, first.Select(id => labels.LabelOf(id, isDynamic: false)));
        Assert.Equal(ClientLabels.Other, labels.LabelOf("one-more", isDynamic: false));
        Assert.Equal("app-7", labels.LabelOf("app-7", isDynamic: false));
    }

    [Fact]
    public void Clients_that_registered_themselves_take_no_label_from_others()
    {
        var labels = new ClientLabels();

        var distinct = Enumerable.Range(0, 1000).Select(i => labels.LabelOf($"self-{i}", isDynamic: true)).Distinct();

        Assert.Equal(ClientLabels.SelfRegistered + 1, distinct.Count());
        Assert.Equal("app", labels.LabelOf("app", isDynamic: false));
    }

    [Fact]
    public void A_crowd_gets_no_more_labels_than_there_are()
    {
        var labels = new ClientLabels();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();

        Parallel.For(0, 10_000, i => seen[labels.LabelOf($"self-{i % 500}", isDynamic: true)] = true);

        Assert.InRange(seen.Count, 2, ClientLabels.SelfRegistered + 1);
    }
}
