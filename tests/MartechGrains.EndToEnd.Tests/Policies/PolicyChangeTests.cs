using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Xunit;
using Xunit.Abstractions;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>A candidate policy is rehearsed, applied under traffic, and taken back, over thousands of people.</summary>
public sealed class PolicyChangeTests(ITestOutputHelper output)
{
    private static readonly int PeopleCount = TestVolume.Of(sample: 4_000, full: 20_000);
    private const int PostgresPeopleCount = 1_000;
    private const int KeySeed = 7;
    private const int BatchSize = 500;
    private const int Producers = 2;
    private static readonly Dictionary<string, string> WriteKeys = new() { ["shop"] = "demo" };

    [Fact]
    public Task What_if_predicts_just_what_apply_under_traffic_yields_and_the_way_back_restores_the_state_hash() =>
        HoldsAsync(PeopleCount, null, null);

    [SkippableFact]
    public async Task The_same_holds_where_the_store_is_PostgreSQL()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await using var other = await PostgresServer.CreateDatabaseAsync();
        await HoldsAsync(PostgresPeopleCount, database, other);
    }

    private async Task HoldsAsync(int people, PostgresDatabase? database, PostgresDatabase? other)
    {
        var world = new Families(seed: 1, people / Families.People);
        var watch = Stopwatch.StartNew();
        await using var server = await InProcessServer.StartAsync(KeySeed, $"{Families.Today}", WriteKeys, database);
        var channel = server.Address.Channel;
        await SendAllAsync(channel, [.. world.Events.Select(one => one.Event)]);
        Tell("events sent", world.Events.Count);

        var predicted = PolicyComparison.Of(
            new ResolverInput([.. world.Events.Select(one => one.Evidence)], IdentityDecisions.None,
                Read(Families.Today)),
            Read(Families.Tomorrow));
        var told = await channel.DryRunAsync(Families.Tomorrow);
        Tell("homes rehearsed", told.Read.HomesRead);
        AssertSame(predicted, told, people / 100);
        Assert.Equal(world.Events.Count, told.Read.EventsRead);
        await AssertPartitionAsync(channel, predicted.Before);

        var strangers = new ConcurrentBag<Event>();
        Assert.Equal(3, (await channel.ApplyAsync(Families.Tomorrow)).Version);
        await UnderTrafficAsync(channel, world, version: 3, () =>
        {
            var stranger = Families.Stranger(strangers.Count);
            strangers.Add(stranger);
            return stranger;
        });
        Tell("strangers who came meanwhile", strangers.Count);
        await AssertPartitionAsync(channel, predicted.After);

        Assert.Equal((4, 2), (await channel.GoBackAsync()) is var back ? (back.Version, back.WayBackTo) : default);
        await UnderTrafficAsync(channel, world, version: 4, () => null);
        await AssertPartitionAsync(channel, predicted.Before);
        var restored = await channel.StateHashAsync(Families.AsOf);
        Tell("profiles after the way back", restored.ProfileCount);

        await using var untouched = await InProcessServer.StartAsync(KeySeed, $"{Families.Today}", WriteKeys, other);
        await SendAllAsync(untouched.Address.Channel, [.. world.Events.Select(one => one.Event), .. strangers]);
        var never = await untouched.Address.Channel.StateHashAsync(Families.AsOf);
        Assert.Equal((never.ProfileCount, never.StateHash), (restored.ProfileCount, restored.StateHash));

        void Tell(string what, long count) => output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: {count} {what}");
    }

    /// <summary>
    /// Sends known events again, and those that are given, until a version has come everywhere: one producer looks
    /// after each of its batches, the others go on until it has seen that.
    /// </summary>
    private static async Task UnderTrafficAsync(GrpcChannel channel, Families world, int version, Func<Event?> more)
    {
        using var finished = new CancellationTokenSource();
        var turn = new Lock();
        var batches = new int[Producers];
        var producers = Enumerable.Range(1, Producers - 1).Select(producer => Task.Run(async () =>
        {
            var random = new Random(producer);
            do
            {
                await SendOneAsync(producer, random);
            }
            while (!finished.IsCancellationRequested);
        })).ToArray();
        var first = new Random(0);
        await SendOneAsync(0, first);
        await channel.FinishedAsync(version, () => SendOneAsync(0, first));
        await finished.CancelAsync();
        await Task.WhenAll(producers);
        Assert.All(batches, sent => Assert.True(sent > 1, "There was no traffic."));

        async Task SendOneAsync(int producer, Random random)
        {
            var batch = new List<Event>();
            for (var i = 0; i < 20; i++)
            {
                batch.Add(world.Events[random.Next(world.Events.Count)].Event);
                lock (turn)
                {
                    if (more() is { } other) batch.Add(other);
                }
            }
            await channel.SendAsync(batch);
            batches[producer]++;
        }
    }

    private static Task SendAllAsync(GrpcChannel channel, Event[] events) => Parallel.ForEachAsync(
        events.Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = Producers },
        async (batch, _) => await channel.SendAsync(batch));

    /// <summary>Looks every identifier up: each is with just those it is predicted with.</summary>
    private static async Task AssertPartitionAsync(GrpcChannel channel, ResolvedPartition predicted)
    {
        var client = new ActivationService.ActivationServiceClient(channel);
        foreach (var chunk in predicted.Profiles.SelectMany(profile => profile.Identifiers)
            .Chunk(ClientExtensions.MaxKeys))
        {
            var request = new LookupProfilesRequest
            {
                Purpose = ClientExtensions.Purpose,
                ReadMask = new FieldMask { Paths = { "identifiers", "anchor" } },
            };
            request.Keys.Add(chunk.Select(one => ClientExtensions.KeyOf(one.Namespace, one.Value)));
            var results = (await client.LookupProfilesAsync(request)).Results;
            foreach (var (identifier, result) in chunk.Zip(results))
            {
                Assert.True(result.Profile is not null, $"{identifier}: {result.Error?.Message}");
                var profile = predicted.Find(identifier)!;
                Assert.Equal(
                    (Text(profile.Anchor), Text(profile.Identifiers)),
                    (Text(Of(result.Profile.Anchor)), Text(result.Profile.Identifiers.Select(Of))));
            }
        }
    }

    private static void AssertSame(PolicyComparison predicted, Protocol.Identity.V1.PolicyRehearsal told, int least)
    {
        var counts = predicted.Counts;
        Assert.Equal(
            counts,
            new ProfileCounts(
                (int)told.Counts.Before, (int)told.Counts.After, (int)told.Counts.Unchanged, (int)told.Counts.Merged,
                (int)told.Counts.Merging, (int)told.Counts.Split, (int)told.Counts.Parts, (int)told.Counts.Resized,
                (int)told.Counts.Vanished, (int)told.Counts.Appeared, (int)told.Counts.Renamed));
        // A prediction that nothing changes would prove nothing.
        Assert.All(
            [counts.Unchanged, counts.Merged, counts.Split, counts.Resized, counts.Renamed],
            count => Assert.True(count > least, $"{counts}"));
        Assert.Equal(
            new[] { predicted.Values.BecomeGeneric, predicted.Values.CeaseGeneric, predicted.Values.BecomeBlocked,
                predicted.Values.CeaseBlocked }.Select(sample => (sample.Count, Text(sample.Examples))),
            new[] { told.BecomeGeneric, told.CeaseGeneric, told.BecomeBlocked, told.CeaseBlocked }
                .Select(sample => ((int)sample.Count, Text(sample.Examples.Select(Of)))));
        Assert.Equal(
            predicted.Merged.Select(example => Text(example.After[0].Identifiers)),
            told.Merged.Select(example => Text(example.After[0].Identifiers.Select(Of))));
        Assert.Equal(
            predicted.Split.Select(example => Text(example.Before[0].Identifiers)),
            told.Split.Select(example => Text(example.Before[0].Identifiers.Select(Of))));
        Assert.Equal(
            predicted.Largest, told.LargestComponents.Select(
                size => new ComponentSize(Of(size.First), (int)size.Identifiers, (int)size.Profiles)));
    }

    private static IdentityPolicy Read(PolicyText text)
    {
        var loaded = IdentityPolicyLoader.Load($"{text}", "test");
        Assert.Empty(loaded.Errors);
        return loaded.Definition!.Policy;
    }

    private static Identifier Of(Protocol.Types.V1.Identifier identifier) =>
        new(identifier.Namespace, identifier.Value);

    private static string Text(params IEnumerable<Identifier> identifiers) => string.Join(' ', identifiers);
}
