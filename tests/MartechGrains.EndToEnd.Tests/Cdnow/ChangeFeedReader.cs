using System.Globalization;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>
/// A reader of the change feed that stops and starts again at random, sometimes before it has kept its place, and
/// whenever the server dies. Its place is a file, as a real reader's would be.
/// </summary>
internal sealed class ChangeFeedReader(ServerProcess server, string cursorFile, Random random)
{
    private const int MaxRepliesPerRun = 30;
    private readonly Dictionary<string, string> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _entryOfEvent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Home, long Seq)> _place = new(StringComparer.Ordinal);

    /// <summary>Entries that came again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Times it began again from the cursor it had kept.</summary>
    public int Restarts { get; private set; }

    /// <summary>Follows the feed until cancelled.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var kills = server.Kills;
            try
            {
                var address = await server.WaitUntilUpAsync(stop);
                await ReadAsync(address, follow: true, random.Next(1, MaxRepliesPerRun), stop);
            }
            catch (Exception error) when (
                stop.IsCancellationRequested || (server.Kills != kills && EventProducer.IsBrokenConnection(error)))
            {
                Restarts++;
            }
        }
    }

    /// <summary>Reads what is left, without following.</summary>
    public Task CatchUpAsync() => ReadAsync(server.Address, follow: false, int.MaxValue, CancellationToken.None);

    /// <summary>Each of these events has one CHANGED entry, and there is no other.</summary>
    public void AssertSaw(IEnumerable<int> eventIds)
    {
        var expected = eventIds.Select(id => id.ToString(CultureInfo.InvariantCulture)).ToHashSet();
        var missing = expected.Except(_entryOfEvent.Keys).Take(5).ToList();
        Assert.True(missing.Count == 0, $"The feed never showed events {string.Join(", ", missing)}, …");
        Assert.Equal(expected.Count, _entryOfEvent.Count);
        Assert.Equal(expected.Count, _entries.Count);
    }

    private async Task ReadAsync(ServerAddress address, bool follow, int replies, CancellationToken stop)
    {
        var request = new ReadChangeFeedRequest
        {
            Cursor = File.Exists(cursorFile) ? await File.ReadAllTextAsync(cursorFile, stop) : "",
            Follow = follow,
        };
        using var call = address.Channel.Operations().ReadChangeFeed(request, cancellationToken: stop);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(stop))
        {
            foreach (var entry in reply.Entries)
                Note(entry);
            var leaves = --replies == 0;
            if (leaves)
                Restarts++;
            if (leaves && random.Next(2) == 0)
                return;
            await File.WriteAllTextAsync(cursorFile, reply.Cursor, stop);
            if (leaves)
                return;
        }
    }

    private void Note(ChangeFeedEntry entry)
    {
        Assert.Equal(ChangeFeedEntry.Types.Kind.Changed, entry.Kind);
        var content = $"{entry.Event.Source} {entry.Event.EventId} {entry.Home} {entry.Seq} {entry.RecordedAt}";
        if (_entries.TryGetValue(entry.EntryId, out var known))
        {
            Assert.Equal(known, content);
            Repeats++;
            return;
        }

        _entries.Add(entry.EntryId, content);
        Assert.True(_entryOfEvent.TryAdd(entry.Event.EventId, entry.EntryId), "An event has two entries.");
        AssertInOrder(entry);
    }

    private void AssertInOrder(ChangeFeedEntry entry)
    {
        if (_place.TryGetValue(entry.ProfileId, out var last))
            Assert.True(last.Home == entry.Home && last.Seq <= entry.Seq, "A profile's entries came out of order.");
        _place[entry.ProfileId] = (entry.Home, entry.Seq);
    }
}
