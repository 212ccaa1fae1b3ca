using Grpc.Net.Client;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.Testing.Clients;

/// <summary>
/// A reader of the change feed that stops and begins again at random, sometimes before it has kept its place. Its place
/// is a file, as a real reader's would be. An entry that comes again must be the same.
/// </summary>
/// <param name="cursorFile">Where it keeps its place.</param>
/// <param name="random">When it stops, and whether it has kept its place then.</param>
/// <param name="noted">Told of each entry that comes for the first time.</param>
public sealed class FeedFollower(string cursorFile, Random random, Action<ChangeFeedEntry>? noted = null)
{
    private const int MaxRepliesOfOneRead = 25;
    private readonly Dictionary<string, ChangeFeedEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The entries it has seen, by id.</summary>
    public IReadOnlyDictionary<string, ChangeFeedEntry> Entries => _entries;

    /// <summary>The replies it got.</summary>
    public Tally Replies { get; } = new();

    /// <summary>How often it began again.</summary>
    public int Restarts { get; private set; }

    /// <summary>How many entries came again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Follows the feed until it is told to stop, or the server ends.</summary>
    /// <exception cref="Grpc.Core.RpcException">It was told to stop, or the server has ended.</exception>
    public async Task FollowAsync(GrpcChannel channel, CancellationToken stop = default)
    {
        try
        {
            while (true)
            {
                await ReadAsync(channel, follow: true, random.Next(1, MaxRepliesOfOneRead), stop).ConfigureAwait(false);
                Restarts++;
            }
        }
        catch
        {
            Restarts++;
            throw;
        }
    }

    /// <summary>Reads all that is left.</summary>
    public Task CatchUpAsync(GrpcChannel channel) =>
        ReadAsync(channel, follow: false, int.MaxValue, CancellationToken.None);

    private async Task ReadAsync(GrpcChannel channel, bool follow, int replies, CancellationToken stop)
    {
        var request = new ReadChangeFeedRequest
        {
            Cursor = File.Exists(cursorFile)
                ? await File.ReadAllTextAsync(cursorFile, stop).ConfigureAwait(false)
                : "",
            Follow = follow,
        };
        using var call = channel.Operations().ReadChangeFeed(request, cancellationToken: stop);
        while (replies-- > 0 && await call.ResponseStream.MoveNext(stop).ConfigureAwait(false))
        {
            Replies.Add();
            foreach (var entry in call.ResponseStream.Current.Entries) Note(entry);
            if (replies == 0 && random.Next(2) == 0) return;
            await File.WriteAllTextAsync(cursorFile, call.ResponseStream.Current.Cursor, stop).ConfigureAwait(false);
        }
    }

    private void Note(ChangeFeedEntry entry)
    {
        if (_entries.TryAdd(entry.EntryId, entry))
        {
            noted?.Invoke(entry);
            return;
        }

        Assert.Equal(_entries[entry.EntryId], entry);
        Repeats++;
    }
}
