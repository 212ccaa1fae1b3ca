using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.StreamProducer;
using MartechGrains.Testing;
using MartechGrains.Testing.Clients;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>
/// A producer inside the cluster is killed with SIGKILL over and over, and the node with it: what the stream had
/// acknowledged is kept, what it had not is sent again, nothing counts twice, and a reader of the feed misses nothing.
/// </summary>
public sealed class StreamCrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Orders = 6_000;
    private const int Batches = Orders / OrderBook.BatchSize;
    private const int MaxMore = 4;
    private static readonly int Kills = TestVolume.Of(sample: 5, full: 10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly string _folder = TestFolder.Create("stream");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Items_of_the_stream_outlive_kills_over_SQLite() => RunAsync(postgres: null, seed: 1).WaitAsync(Limit);

    [SkippableFact]
    public async Task Items_of_the_stream_outlive_kills_over_PostgreSQL()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await RunAsync(database.ConnectionString, seed: 2).WaitAsync(Limit);
    }

    private async Task RunAsync(string? postgres, int seed)
    {
        var random = new Random(seed);
        var feed = new FeedFollower(Path.Combine(_folder, "cursor"), new Random(random.Next()));
        await KillWhileStartingAsync(postgres, random);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Each life has its share of new batches, and the last one has too: every kill hits a producer with work.
            var before = Acknowledged.Count;
            var share = (Batches - before) / (Kills - kill + 1);
            await KillAsync(before, share, postgres, feed, random);
        }
        await EndAsync(postgres, feed, random.Next());

        await using var server = await HostedServer.StartAsync(ProducerProcess.DataOf(_folder), postgres);
        output.WriteLine($"The feed's reader began {feed.Restarts} times again and met {feed.Repeats} repeats.");
        await AssertFeedAsync(server.Grpc, feed);
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        await AssertTotalsAsync(channel);
    }

    private async Task KillWhileStartingAsync(string? postgres, Random random)
    {
        using var producer = ProducerProcess.Start(_folder, postgres, Orders, random.Next(), mark: Batches, most: 1);
        await producer.StartSteps.ReachAsync(random.Next(1, ProducerProgram.StartSteps + 1));
        Assert.True(await producer.KillAsync(), producer.Said);
    }

    private async Task KillAsync(int before, int share, string? postgres, FeedFollower feed, Random random)
    {
        var mark = before + random.Next(1, share);
        using var producer = ProducerProcess.Start(_folder, postgres, Orders, random.Next(), mark, share);
        var reading = FollowAsync(feed, await producer.GrpcAsync);
        await await Task.WhenAny(producer.MarkAsync, reading);
        // Also with batches on their way, and when a commit has just been seen: otherwise every kill would come right
        // after an acknowledgement.
        var more = random.Next(1, MaxMore + 1);
        var moment = random.Next(3) switch
        {
            0 => Task.CompletedTask,
            1 => producer.Sent.MoreAsync(more),
            _ => feed.Replies.MoreAsync(more),
        };
        await await Task.WhenAny(moment, producer.WaitingAsync, reading);
        Assert.True(await producer.KillAsync(), producer.Said);
        await reading;
        Assert.True(Acknowledged.Count >= mark, "An acknowledged batch is gone from the file.");
        output.WriteLine($"Killed with {Acknowledged.Count} batches acknowledged, {before} of them before the start.");
    }

    private async Task EndAsync(string? postgres, FeedFollower feed, int seed)
    {
        using var producer = ProducerProcess.Start(_folder, postgres, Orders, seed, mark: Batches);
        var reading = FollowAsync(feed, await producer.GrpcAsync);
        Assert.True(await producer.ExitAsync() == 0, producer.Said);
        await reading;
        Assert.Equal(Batches, Acknowledged.Count);
        output.WriteLine(producer.Said);
    }

    private IReadOnlySet<Guid> Acknowledged => AcknowledgedFile.Read(ProducerProcess.AcknowledgedOf(_folder));

    private async Task AssertFeedAsync(Uri grpc, FeedFollower feed)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        await feed.CatchUpAsync(channel);
        var all = new FeedFollower(Path.Combine(_folder, "another-cursor"), new Random(0));
        await all.CatchUpAsync(channel);
        Assert.Equal(0, all.Repeats);
        Assert.Equal(all.Entries.Keys.Order(StringComparer.Ordinal), feed.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(all.Entries, entry => Assert.Equal(entry.Value, feed.Entries[entry.Key]));
        var changed = all.Entries.Values.Where(static entry => entry.Kind == ChangeFeedEntry.Types.Kind.Changed)
            .Select(static entry => entry.Event.EventId).ToHashSet();
        Assert.Empty(Enumerable.Range(0, Orders).Select(static index => OrderBook.Of(index).EventId).Except(changed));
    }

    private static async Task AssertTotalsAsync(GrpcChannel channel)
    {
        var orders = Enumerable.Range(0, Orders).Select(OrderBook.Of).ToArray();
        var people = orders.GroupBy(static order => order.Person).Select(static own => (
            First: own.First(), Purchases: own.LongCount(), Units: own.Sum(static order => (long)order.Units),
            Cents: own.Sum(static order => (long)order.Cents))).ToArray();
        var expected = people.Select(static person => (person.Purchases, person.Units, person.Cents)).ToArray();

        var ofUsers = await ProfilesAsync(channel, people.Select(static person => ("user_id", person.First.User)));
        Assert.Equal(expected, ofUsers.Select(TotalsOf));
        var ofBrowsers = await ProfilesAsync(
            channel, people.Select(static person => ("anonymous_id", person.First.Browser)));
        var ofAddresses = await ProfilesAsync(channel, people.Select(static person => ("email", person.First.Email)));
        var ids = ofUsers.Select(static profile => profile.ProfileId).ToArray();
        Assert.Equal(ids, ofBrowsers.Select(static profile => profile.ProfileId));
        Assert.Equal(ids, ofAddresses.Select(static profile => profile.ProfileId));
        Assert.Equal(OrderBook.People, ids.Distinct().Count());

        Assert.Equal(orders.LongLength, ofUsers.Sum(static profile => TotalsOf(profile).Purchases));
        Assert.Equal(orders.Sum(static order => (long)order.Units), ofUsers
            .Sum(static profile => TotalsOf(profile).Units));
        Assert.Equal(orders.Sum(static order => (long)order.Cents), ofUsers
            .Sum(static profile => TotalsOf(profile).Cents));
        var asOf = new DateTime(2024, 6, 1, 0, 0, 0, DateTimeKind.Utc);
        var state = await channel.StateHashAsync(asOf);
        Assert.Equal(OrderBook.People, state.ProfileCount);
    }

    private static (long Purchases, long Units, long Cents) TotalsOf(Profile profile) => (
        profile.Features["purchase_count"].Value.Integer,
        profile.Features["units"].Value.Integer,
        Assert.Single(profile.Features["revenue"].Value.Amounts.Amounts).MinorUnits);

    /// <summary>Follows the feed until the server ends.</summary>
    private static async Task FollowAsync(FeedFollower feed, Uri grpc)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        var error = await Assert.ThrowsAsync<RpcException>(() => feed.FollowAsync(channel));
        // The server has stopped, or the connection broke: an answer of the server would have no exception within.
        Assert.True(
            error.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled
                || error.Status.DebugException is not null, $"{error}");
    }

    private static Task<List<Profile>> ProfilesAsync(
        GrpcChannel channel, IEnumerable<(string Namespace, string Value)> identifiers) => channel.ProfilesAsync(
        identifiers.Select(static item => ClientExtensions.KeyOf(item.Namespace, item.Value)));
}
