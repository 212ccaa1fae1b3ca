using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>
/// A reader of the change feed over gRPC that keeps its place in a file, and begins again from there at random moments,
/// sometimes before it has kept it, and whenever the server dies.
/// </summary>
internal sealed class FeedFollower(string cursorFile, Random random)
{
    private const int MaxRepliesOfOneRead = 20;

    private readonly Dictionary<string, ChangeFeedEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The entries it has seen, by id.</summary>
    public IReadOnlyDictionary<string, ChangeFeedEntry> Entries => _entries;

    /// <summary>How often it began again.</summary>
    public int Restarts { get; private set; }

    /// <summary>How many entries came again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Follows the feed until the server ends.</summary>
    public async Task FollowAsync(Uri grpc)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        try
        {
            while (true)
            {
                await ReadAsync(channel, follow: true, random.Next(1, MaxRepliesOfOneRead));
                Restarts++;
            }
        }
        catch (RpcException error) when (
            error.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled
                || error.Status.DebugException is not null)
        {
            // The server has stopped, or the connection broke: an answer of the server would have no exception within.
            Restarts++;
        }
    }

    /// <summary>Reads all that is left.</summary>
    public async Task CatchUpAsync(Uri grpc)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        await ReadAsync(channel, follow: false, int.MaxValue);
    }

    private async Task ReadAsync(GrpcChannel channel, bool follow, int replies)
    {
        var cursor = File.Exists(cursorFile) ? await File.ReadAllTextAsync(cursorFile) : "";
        using var call = new OperationsService.OperationsServiceClient(channel).ReadChangeFeed(
            new ReadChangeFeedRequest { Cursor = cursor, Follow = follow });
        while (replies-- > 0 && await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            foreach (var entry in call.ResponseStream.Current.Entries) Note(entry);
            if (replies == 0 && random.Next(2) == 0) return;
            await File.WriteAllTextAsync(cursorFile, call.ResponseStream.Current.Cursor);
        }
    }

    private void Note(ChangeFeedEntry entry)
    {
        if (_entries.TryAdd(entry.EntryId, entry)) return;
        Assert.Equal(_entries[entry.EntryId], entry);
        Repeats++;
    }
}
