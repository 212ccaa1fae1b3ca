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
/// world of its own, with another decision and a retracted event in it, taken in by three fresh servers with the same
/// keys.
/// </summary>
public sealed class UnmergePropertyTests(ITestOutputHelper output)
{
    private const int Worlds = 24;
    private const int PostgresWorlds = 3;
    private const int LeastParted = Worlds / 2;
    private const int SideBySide = 2;

    /// <summary>As shipped, but three people make a mailbox or a device generic, so that few events suffice.</summary>
    private static readonly string Policy =
        DefaultPolicy.ReadYaml().Replace("genericAfter: 10", "genericAfter: 3", StringComparison.Ordinal);

    [Fact]
    public async Task An_unmerge_is_as_if_the_two_had_stood_apart_from_the_first_and_undone_as_if_it_had_not_been()
    {
        var parted = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Worlds), new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (seed, _) =>
            {
                if (await HoldsAsync(seed, static () => Task.FromResult<PostgresDatabase?>(null)))
                    Interlocked.Increment(ref parted);
            });
        output.WriteLine($"{parted} of {Worlds} worlds had somebody to part.");
        Assert.InRange(parted, LeastParted, Worlds);
    }

    [SkippableFact]
    public async Task The_same_holds_where_the_store_is_PostgreSQL()
    {
        var parted = 0;
        for (var seed = 0; seed < Worlds && parted < PostgresWorlds; seed++)
            if (await HoldsAsync(seed, static async () => await PostgresServer.CreateDatabaseAsync())) parted++;
        Assert.Equal(PostgresWorlds, parted);
    }

    /// <summary>Checks one world; false where no profile of it could be parted.</summary>
    private static async Task<bool> HoldsAsync(int seed, Func<Task<PostgresDatabase?>> createDatabase)
    {
        var random = new Random(seed);
        var world = new World(seed);
        var cut = random.Next(World.Events / 4, World.Events * 3 / 4);
        var other = MustLink(Any(random), Any(random));
        var retracted = world.List.Take(cut).First(sourced => sourced.Event.Typed is { Identifiers.Count: > 1 });

        await using var merged = await StartAsync(seed, createDatabase);
        await DecideOtherAsync(merged, other);
        await SendAsync(merged, world.List.Take(cut));
        await RetractAsync(merged, retracted);
        if (await PartAsync(merged, random) is not { } pair) return false;
        await SendAsync(merged, world.List.Skip(cut));

        await using var apart = await StartAsync(seed, createDatabase);
        await DecideOtherAsync(apart, other);
        await apart.Decisions().CreateDecisionAsync(Create("r", CannotLink(pair.One, pair.Other), allowUnknown: true));
        await SendAsync(apart, world.List.Take(cut));
        await RetractAsync(apart, retracted);
        await SendAsync(apart, world.List.Skip(cut));
        await AssertEqualAsync(seed, "after the unmerge", merged, apart);

        await using var together = await StartAsync(seed, createDatabase);
        await DecideOtherAsync(together, other);
        await SendAsync(together, world.List.Take(cut));
        await RetractAsync(together, retracted);
        await SendAsync(together, world.List.Skip(cut));
        foreach (var server in (Server[])[merged, apart])
        {
            var decision = (await server.Decisions().ListDecisionsAsync(new ListDecisionsRequest())).Decisions
                .Single(one => one.Subject.Unmerge is not null || one.Subject.CannotLink is not null);
            var undone = await server.Decisions().UndoDecisionAsync(Undo(decision.DecisionId));
            Assert.True(undone.Decision.Finished);
            await AssertEqualAsync(seed, "after it was undone", server, together);
        }
        return true;
    }

    /// <summary>Parts two identifiers that share a profile; null where nobody can be parted.</summary>
    private static async Task<(Identifier One, Identifier Other)?> PartAsync(Server server, Random random)
    {
        var candidates = World.Identifiers.ToArray();
        random.Shuffle(candidates);
        foreach (var one in candidates)
        {
            try
            {
                var profile = await server.Channel.ProfileAsync(one.Namespace, one.Value);
                var others = profile.Identifiers.Where(other => !other.Equals(one)).ToArray();
                if (others.Length == 0) continue;
                var other = others[random.Next(others.Length)];
                var reply = await server.Decisions().CreateDecisionAsync(Create("r", Unmerge(one, other)));
                Assert.True(reply.Decision.Finished);
                return (one, other);
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
            {
                // Nobody is known under it yet, or the must-link holds the two together: another pair may do.
                continue;
            }
        }
        return null;
    }

    private static Identifier Any(Random random)
    {
        var all = World.Identifiers.Where(one => one.Value != "null").ToArray();
        return all[random.Next(all.Length)];
    }

    private static async Task DecideOtherAsync(Server server, DecisionSubject other)
    {
        if (other.MustLink.A.Equals(other.MustLink.B)) return;
        try
        {
            var reply = await server.Decisions().CreateDecisionAsync(Create("other", other, allowUnknown: true));
            Assert.True(reply.Decision.Finished);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
        {
            // Two of a unique namespace: refused in an empty world, and so in each of the three alike.
        }
    }

    private static async Task RetractAsync(Server server, SourcedEvent sourced)
    {
        var typed = sourced.Event.Typed;
        var subject = Retract(sourced.Source, typed.EventId, [.. typed.Identifiers]);
        var reply = await server.Decisions().CreateDecisionAsync(Create("retraction", subject));
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

    private static async Task<Server> StartAsync(int seed, Func<Task<PostgresDatabase?>> createDatabase)
    {
        var database = await createDatabase();
        return new Server(await InProcessServer.StartAsync(seed, Policy, World.WriteKeys, database), database);
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
