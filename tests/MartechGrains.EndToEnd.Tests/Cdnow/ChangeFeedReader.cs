using System.Globalization;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>
/// A reader of the change feed that begins again whenever the server dies, and at random moments. Of the log it may see
/// each event once, and the events of a profile in their order.
/// </summary>
internal sealed class ChangeFeedReader
{
    private readonly ServerProcess _server;
    private readonly FeedFollower _feed;
    private readonly Dictionary<string, string> _entryOfEvent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Home, long Seq)> _place = new(StringComparer.Ordinal);

    public ChangeFeedReader(ServerProcess server, string cursorFile, Random random) =>
        (_server, _feed) = (server, new FeedFollower(cursorFile, random, Note));

    /// <summary>Entries that came again.</summary>
    public int Repeats => _feed.Repeats;

    /// <summary>Times it began again from the cursor it had kept.</summary>
    public int Restarts => _feed.Restarts;

    /// <summary>Its replies.</summary>
    public Tally Replies => _feed.Replies;

    /// <summary>Follows the feed until cancelled.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var kills = _server.Kills;
            try
            {
                var address = await _server.WaitUntilUpAsync(stop);
                await _feed.FollowAsync(address.Channel, stop);
            }
            catch (Exception error) when (
                stop.IsCancellationRequested || (_server.Kills != kills && EventProducer.IsBrokenConnection(error)))
            {
                // It begins again where it is, or has been told to stop.
                continue;
            }
        }
    }

    /// <summary>Reads what is left, without following.</summary>
    public Task CatchUpAsync() => _feed.CatchUpAsync(_server.Address.Channel);

    /// <summary>Each of these events has one CHANGED entry, and there is no other.</summary>
    public void AssertSaw(IEnumerable<int> eventIds)
    {
        var expected = eventIds.Select(id => id.ToString(CultureInfo.InvariantCulture)).ToHashSet();
        var missing = expected.Except(_entryOfEvent.Keys).Take(5).ToList();
        Assert.True(missing.Count == 0, $"The feed never showed events {string.Join(", ", missing)}, …");
        Assert.Equal(expected.Count, _entryOfEvent.Count);
        Assert.Equal(expected.Count, _feed.Entries.Count);
    }

    private void Note(ChangeFeedEntry entry)
    {
        Assert.Equal(ChangeFeedEntry.Types.Kind.Changed, entry.Kind);
        Assert.True(_entryOfEvent.TryAdd(entry.Event.EventId, entry.EntryId), "An event has two entries.");
        if (_place.TryGetValue(entry.ProfileId, out var last))
            Assert.True(last.Home == entry.Home && last.Seq <= entry.Seq, "A profile's entries came out of order.");
        _place[entry.ProfileId] = (entry.Home, entry.Seq);
    }
}
