using Grpc.Net.Client;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.StreamProducer;
using MartechGrains.Testing;
using Xunit;
using Xunit.Abstractions;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>
/// A producer inside the cluster is killed with SIGKILL over and over, and the node with it: what the stream had
/// acknowledged is kept, what it had not is sent again, nothing counts twice, and a reader of the feed misses nothing.
/// </summary>
public sealed class StreamCrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Orders = 6_000;
    private const int Batches = Orders / OrderBook.BatchSize;
    private const int Kills = 10;
    private const int MaxLagMilliseconds = 100;
    private const int MaxStartMilliseconds = 1_500;
    private const int MaxKeys = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("martechgrains-stream-").FullName;

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
        await Task.Delay(random.Next(MaxStartMilliseconds));
        Assert.True(await producer.KillAsync(), producer.Said);
    }

    private async Task KillAsync(int before, int share, string? postgres, FeedFollower feed, Random random)
    {
        var mark = before + random.Next(1, share);
        using var producer = ProducerProcess.Start(_folder, postgres, Orders, random.Next(), mark, share);
        var reading = feed.FollowAsync(await producer.GrpcAsync);
        await await Task.WhenAny(producer.MarkAsync, reading);
        // Off the beat of the acknowledgements: otherwise every kill would come right after one.
        await Task.Delay(random.Next(MaxLagMilliseconds));
        Assert.True(await producer.KillAsync(), producer.Said);
        await reading;
        Assert.True(Acknowledged.Count >= mark, "An acknowledged batch is gone from the file.");
        output.WriteLine($"Killed with {Acknowledged.Count} batches acknowledged, {before} of them before the start.");
    }

    private async Task EndAsync(string? postgres, FeedFollower feed, int seed)
    {
        using var producer = ProducerProcess.Start(_folder, postgres, Orders, seed, mark: Batches);
        var reading = feed.FollowAsync(await producer.GrpcAsync);
        Assert.True(await producer.ExitAsync() == 0, producer.Said);
        await reading;
        Assert.Equal(Batches, Acknowledged.Count);
        output.WriteLine(producer.Said);
    }

    private IReadOnlySet<Guid> Acknowledged => AcknowledgedFile.Read(ProducerProcess.AcknowledgedOf(_folder));

    private async Task AssertFeedAsync(Uri grpc, FeedFollower feed)
    {
        await feed.CatchUpAsync(grpc);
        var all = new FeedFollower(Path.Combine(_folder, "another-cursor"), new Random(0));
        await all.CatchUpAsync(grpc);
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
        var state = await new OperationsService.OperationsServiceClient(channel).ComputeStateHashAsync(
            new ComputeStateHashRequest { AsOf = Timestamp.FromDateTime(asOf) });
        Assert.Equal(OrderBook.People, state.ProfileCount);
    }

    private static (long Purchases, long Units, long Cents) TotalsOf(Profile profile) => (
        profile.Features["purchase_count"].Value.Integer,
        profile.Features["units"].Value.Integer,
        Assert.Single(profile.Features["revenue"].Value.Amounts.Amounts).MinorUnits);

    private static async Task<List<Profile>> ProfilesAsync(
        GrpcChannel channel, IEnumerable<(string Namespace, string Value)> identifiers)
    {
        var profiles = new List<Profile>();
        foreach (var chunk in identifiers.Chunk(MaxKeys))
        {
            var keys = chunk.Select(static item => new ProfileKey
            {
                Identifier = new Identifier { Namespace = item.Namespace, Value = item.Value },
            });
            var reply = await new ActivationService.ActivationServiceClient(channel).LookupProfilesAsync(
                new LookupProfilesRequest { Purpose = "testing", Keys = { keys } });
            foreach (var result in reply.Results)
            {
                Assert.True(result.ResultCase == LookupResult.ResultOneofCase.Profile, result.Error?.Message);
                profiles.Add(result.Profile);
            }
        }
        return profiles;
    }
}
