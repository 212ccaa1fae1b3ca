using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Convergence;

/// <summary>
/// An anonymous device, then an e-mail address, then a customer number: in whatever order their events come, one person
/// comes of it, each acknowledgement is seen by the next lookup, and every profile id ever handed out still leads
/// there.
/// </summary>
public sealed class UnionTests(UnionTests.Process server) : IClassFixture<UnionTests.Process>, IAsyncLifetime
{
    private const int ConcurrentPeople = 150;
    private GrpcChannel Channel { get; set; } = null!;

    public async Task InitializeAsync() => Channel = (await server.AddressAsync()).Channel;

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_order_of_arrival_ends_in_one_profile_and_each_step_is_seen_at_once()
    {
        var person = 0;
        foreach (var order in Permutations([.. Enumerable.Range(0, Journey.Length)]))
        {
            var ids = new HashSet<string>();
            var arrived = new List<int>();
            foreach (var step in order)
            {
                await Channel.SendAsync([EventOf(person, step)]);
                arrived.Add(step);
                foreach (var identifier in arrived.SelectMany(seen => Journey[seen]).Distinct())
                    ids.Add(await AssertShowsAsync(person, identifier, arrived));
            }

            await AssertOnePersonAsync(person++, ids);
        }

        Assert.Equal(120, person);
    }

    [Fact]
    public async Task Concurrent_producers_end_in_one_profile_and_each_sees_its_own_event_at_once()
    {
        for (var person = 1000; person < 1000 + ConcurrentPeople; person++)
        {
            var ids = await Task
                .WhenAll(Enumerable.Range(0, Journey.Length).Select(step => SendAndLookAsync(person, step)));
            await AssertOnePersonAsync(person, ids.SelectMany(id => id));
        }
    }

    /// <summary>The identifiers of each event of the journey.</summary>
    private static readonly string[][] Journey =
        [["device_id"], ["device_id", "email"], ["email"], ["email", "customer_number"], ["customer_number"]];

    private async Task<List<string>> SendAndLookAsync(int person, int step)
    {
        await Channel.SendAsync([EventOf(person, step)]);
        var ids = new List<string>();
        foreach (var ns in Journey[step])
        {
            var profile = await Channel.ProfileAsync(ns, ValueOf(person, ns));
            Assert.Contains(profile.Features["event_count"].Value.EventCounts.Counts, count =>
                count.EventClass == ClassOf(step));
            ids.Add(profile.ProfileId);
        }

        return ids;
    }

    private async Task<string> AssertShowsAsync(int person, string ns, List<int> arrived)
    {
        var connected = new HashSet<string> { ns };
        while (arrived.FirstOrDefault(
            step => Journey[step].Any(connected.Contains)
                && !Journey[step].All(connected.Contains), -1) is var step and >= 0)
            connected.UnionWith(Journey[step]);
        var steps = arrived.Where(step => connected.Contains(Journey[step][0])).ToList();

        var profile = await Channel.ProfileAsync(ns, ValueOf(person, ns));
        Assert.Equal(connected.Order(), profile.Identifiers.Select(identifier => identifier.Namespace));
        Assert.Equal(
            steps.Select(ClassOf).Order(),
            profile.Features["event_count"].Value.EventCounts.Counts.Select(count => count.EventClass).Order());
        return profile.ProfileId;
    }

    private async Task AssertOnePersonAsync(int person, IEnumerable<string> ids)
    {
        var namespaces = Journey.SelectMany(step => step).Distinct();
        var keys = namespaces.Select(ns => ClientExtensions.KeyOf(ns, ValueOf(person, ns)))
            .Concat(ids.Distinct().Select(id => new ProfileKey { ProfileId = id })).ToList();
        var profiles = await Channel.ProfilesAsync(keys);
        Assert.Equal(keys.Count, profiles.Count);
        Assert.Single(profiles.Select(profile => profile.ProfileId).Distinct());
        Assert.All(profiles, profile => Assert.Equal(Journey.Length, profile.EventCount()));
        Assert.All(profiles, profile => Assert.Equal(3, profile.Identifiers.Count));
    }

    private static Event EventOf(int person, int step) => new()
    {
        Typed = new TypedEvent
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{person}-{step}"),
            EventTime = Timestamp.FromDateTime(new DateTime(2025, 1, 1 + step, 0, 0, 0, DateTimeKind.Utc)),
            EventClass = ClassOf(step),
            Name = "Step",
            Identifiers = { Journey[step]
                .Select(ns => new Identifier { Namespace = ns, Value = ValueOf(person, ns) }) },
        },
    };

    /// <summary>Each step has a class of its own, so that a profile shows which of them it has.</summary>
    private static EventClass ClassOf(int step) => EventClass.PageViewed + step;

    private static string ValueOf(int person, string ns) =>
        string.Create(CultureInfo.InvariantCulture, $"{ns}-{person}{(ns == "email" ? "@example.org" : "")}");

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]), (first, rest) =>
            (int[])[first, .. rest]);

    /// <summary>The server of these tests.</summary>
    public sealed class Process() : SharedProcess;
}
