using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Convergence;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Testing;
using Xunit;
using Xunit.Abstractions;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Decisions;

/// <summary>
/// Every merge can be undone, exactly, also after new events have come; and the undoing can be undone. Each seed is a
/// world of its own, with another decision and a retracted event in it. Three servers with the same keys take in one
/// world after another, each in its way, and must agree on all that they have so far.
/// </summary>
public sealed class UnmergePropertyTests(ITestOutputHelper output)
{
    private const int PostgresWorlds = 3;
    private const int SideBySide = 2;
    private static readonly int Worlds = TestVolume.Of(sample: 12, full: 24);
    private static readonly int LeastParted = Worlds / 2;

    /// <summary>As shipped, but three people make a mailbox or a device generic, so that few events suffice.</summary>
    private static readonly string Policy =
        DefaultPolicy.ReadYaml().Replace("genericAfter: 10", "genericAfter: 3", StringComparison.Ordinal);

    [Fact]
    public async Task An_unmerge_is_as_if_the_two_had_stood_apart_from_the_first_and_undone_as_if_it_had_not_been()
    {
        var parted = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, SideBySide), new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (lane, _) =>
            {
                await using var servers = await Servers.StartAsync(
                    lane, static () => Task.FromResult<PostgresDatabase?>(null));
                for (var seed = lane; seed < Worlds; seed += SideBySide)
                    if (await HoldsAsync(seed, servers)) Interlocked.Increment(ref parted);
            });
        output.WriteLine($"{parted} of {Worlds} worlds had somebody to part.");
        Assert.InRange(parted, LeastParted, Worlds);
    }

    [SkippableFact]
    public async Task The_same_holds_where_the_store_is_PostgreSQL()
    {
        var parted = 0;
        await using var servers = await Servers.StartAsync(
            keys: 0, static async () => await PostgresServer.CreateDatabaseAsync());
        for (var seed = 0; seed < Worlds && parted < PostgresWorlds; seed++)
            if (await HoldsAsync(seed, servers)) parted++;
        Assert.Equal(PostgresWorlds, parted);
    }

    /// <summary>Checks one world; false where no profile of it could be parted.</summary>
    private static async Task<bool> HoldsAsync(int seed, Servers servers)
    {
        var random = new Random(seed);
        var world = new World(seed);
        var cut = random.Next(World.Events / 4, World.Events * 3 / 4);
        var other = MustLink(Any(world, random), Any(world, random));
        var retracted = world.List.Take(cut).First(sourced => sourced.Event.Typed is { Identifiers.Count: > 1 });
        var (merged, apart, together) = (servers.Merged, servers.Apart, servers.Together);

        await DecideOtherAsync(merged, seed, other);
        await SendAsync(merged, world.List.Take(cut));
        await RetractAsync(merged, seed, retracted);
        var parting = await PartAsync(merged, seed, world, random);
        await SendAsync(merged, world.List.Skip(cut));

        await DecideOtherAsync(apart, seed, other);
        var keptApart = parting is { } pair
            ? (await apart.Decisions().CreateDecisionAsync(Create(
                Request("r", seed), CannotLink(pair.One, pair.Other), allowUnknown: true))).Decision.DecisionId
            : null;
        await SendAsync(apart, world.List.Take(cut));
        await RetractAsync(apart, seed, retracted);
        await SendAsync(apart, world.List.Skip(cut));
        await AssertEqualAsync(seed, "after the unmerge", merged, apart);

        await DecideOtherAsync(together, seed, other);
        await SendAsync(together, world.List.Take(cut));
        await RetractAsync(together, seed, retracted);
        await SendAsync(together, world.List.Skip(cut));
        if (parting is null) return false;
        await UndoAsync(merged, parting.Value.Decision);
        await AssertEqualAsync(seed, "after it was undone", merged, together);
        await UndoAsync(apart, keptApart!);
        await AssertEqualAsync(seed, "after it was undone", apart, together);
        await merged.Channel.AssertWholeAsync();
        return true;
    }

    private static async Task UndoAsync(Server server, string decision)
    {
        var undone = await server.Decisions().UndoDecisionAsync(Undo(decision));
        Assert.True(undone.Decision.Finished);
    }

    /// <summary>Parts two identifiers that share a profile; null where nobody can be parted.</summary>
    private static async Task<(Identifier One, Identifier Other, string Decision)?> PartAsync(
        Server server, int seed, World world, Random random)
    {
        var candidates = world.Identifiers.ToArray();
        random.Shuffle(candidates);
        foreach (var one in candidates)
        {
            try
            {
                var profile = await server.Channel.ProfileAsync(one.Namespace, one.Value);
                var others = profile.Identifiers.Where(other => !other.Equals(one)).ToArray();
                if (others.Length == 0) continue;
                var other = others[random.Next(others.Length)];
                var reply = await server.Decisions().CreateDecisionAsync(
                    Create(Request("r", seed), Unmerge(one, other)));
                Assert.True(reply.Decision.Finished);
                return (one, other, reply.Decision.DecisionId);
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
            {
                // Nobody is known under it yet, or the must-link holds the two together: another pair may do.
                continue;
            }
        }
        return null;
    }

    private static string Request(string name, int seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} of world {seed}");

    private static Identifier Any(World world, Random random)
    {
        var all = world.Identifiers.Where(one => one.Value != "null").ToArray();
        return all[random.Next(all.Length)];
    }

    private static async Task DecideOtherAsync(Server server, int seed, DecisionSubject other)
    {
        if (other.MustLink.A.Equals(other.MustLink.B)) return;
        try
        {
            var reply = await server.Decisions().CreateDecisionAsync(
                Create(Request("other", seed), other, allowUnknown: true));
            Assert.True(reply.Decision.Finished);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
        {
            // Two of a unique namespace: refused in an empty world, and so in each of the three alike.
        }
    }

    private static async Task RetractAsync(Server server, int seed, SourcedEvent sourced)
    {
        var typed = sourced.Event.Typed;
        var subject = Retract(sourced.Source, typed.EventId, [.. typed.Identifiers]);
        var reply = await server.Decisions().CreateDecisionAsync(Create(Request("retraction", seed), subject));
        Assert.True(reply.Decision.Finished);
    }

    private static async Task SendAsync(Server server, IEnumerable<SourcedEvent> events)
    {
        foreach (var sourced in events)
            await server.Channel.SendAsync([sourced.Event], World.WriteKeys[sourced.Source]);
    }

    private static async Task AssertEqualAsync(int seed, string when, Server actual, Server expected)
    {
        var (one, other) = (
            await actual.Channel.StateHashAsync(World.AsOf), await expected.Channel.StateHashAsync(World.AsOf));
        Assert.True(
            (one.ProfileCount, one.StateHash) == (other.ProfileCount, other.StateHash),
            string.Create(
                CultureInfo.InvariantCulture,
                $"World {seed}, {when}: {one.ProfileCount} profiles {one.StateHash}, "
                + $"expected {other.ProfileCount} {other.StateHash}."));
    }

    /// <summary>Three servers with the same keys, which take the same worlds in.</summary>
    private sealed class Servers : IAsyncDisposable
    {
        private readonly List<Server> _all = [];

        /// <summary>Parts two who are one, and takes that back.</summary>
        public Server Merged => _all[0];

        /// <summary>Keeps the two apart from the first, and takes that back.</summary>
        public Server Apart => _all[1];

        /// <summary>Never parts them.</summary>
        public Server Together => _all[2];

        public static async Task<Servers> StartAsync(int keys, Func<Task<PostgresDatabase?>> createDatabase)
        {
            var servers = new Servers();
            for (var i = 0; i < 3; i++)
            {
                var database = await createDatabase();
                servers._all.Add(new Server(
                    await InProcessServer.StartAsync(keys, Policy, World.WriteKeys, database), database));
            }
            return servers;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var server in _all) await server.DisposeAsync();
        }
    }

    private sealed class Server(InProcessServer inner, PostgresDatabase? database) : IAsyncDisposable
    {
        public GrpcChannel Channel => inner.Address.Channel;

        public DecisionService.DecisionServiceClient Decisions() => Channel.Decisions();

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            if (database is not null) await database.DisposeAsync();
        }
    }
}
