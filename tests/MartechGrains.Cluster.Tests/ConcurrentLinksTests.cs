using System.Collections.Concurrent;
using System.Globalization;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Grains.Routing;
using Xunit;

namespace MartechGrains.Cluster.Tests;

/// <summary>
/// Many producers, two silos, and people whose identifiers are linked piece by piece: the links arrive in random order,
/// and some people share a device, so that limits come into it.
/// </summary>
public sealed class ConcurrentLinksTests : IAsyncLifetime
{
    private const int People = 5_000;
    private const int Producers = 64;
    private const int BatchSize = 16;
    private const int ShareEvery = 50;

    private TwoSilos _silos = null!;

    public async Task InitializeAsync() => _silos = await TwoSilos.StartAsync();

    public async Task DisposeAsync() => await _silos.DisposeAsync();

    [Fact]
    public async Task Links_in_random_order_from_many_producers_make_the_partition_that_one_resolution_makes()
    {
        var events = Events(new Random(20260301));
        var handedOut = new ConcurrentDictionary<ProfileId, Identifier>();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
        {
            foreach (var batch in events.Where((_, i) => i % Producers == producer).Chunk(BatchSize))
            {
                var statuses = await Of<EventRouter>(producer % 2).RouteAsync(batch, default);
                Assert.All(statuses, static routed => Assert.Equal(ApplyStatus.Applied, routed.Status));
                var seen = batch[0].Identifiers[0];
                var view = await Of<ProfileReader>((producer + 1) % 2).FindAsync(_silos.Key(seen), default);
                Assert.Contains(seen, view!.Profile.Resolved.Identifiers);
                handedOut.TryAdd(view.Profile.Id, seen);
            }
        })));

        var evidence = events.Select(static one => new EvidenceSet(one.Identifiers, one.EventTime, one.EventTime));
        var oracle = Resolver.Resolve([.. evidence], IdentityDecisions.None, _silos.Policy);
        Assert.True(oracle.Refused.Length > 0);
        foreach (var expected in oracle.Profiles)
        {
            foreach (var identifier in expected.Identifiers)
            {
                var view = await Of<ProfileReader>(0).FindAsync(_silos.Key(identifier), default);
                Assert.Equal(expected.Identifiers.AsEnumerable(), view!.Profile.Resolved.Identifiers);
                Assert.Equal(expected.Anchor, view.Profile.Resolved.Anchor);
            }
        }

        Assert.True(handedOut.Count > People / 10);
        foreach (var id in handedOut.Keys)
            Assert.NotNull(await Of<ProfileReader>(1).FindAsync(id.Anchor, default));
    }

    private T Of<T>(int silo) where T : notnull => _silos.Of<T>(silo);

    /// <summary>
    /// Each person's four identifiers in a random tree of three links; some also on another's device.
    /// </summary>
    private static CanonicalEvent[] Events(Random random)
    {
        var events = new List<CanonicalEvent>();
        for (var person = 0; person < People; person++)
        {
            var own = IdentifiersOf(person);
            random.Shuffle(own);
            for (var i = 1; i < own.Length; i++) Add(own[i], own[random.Next(i)]);
            if (person % ShareEvery == 0) Add(IdentifiersOf(person)[0], IdentifiersOf(person + 1)[3]);
        }
        var all = events.ToArray();
        random.Shuffle(all);
        return all;

        void Add(Identifier one, Identifier other) => events.Add(
            SampleEvents.Order(events.Count.ToString(CultureInfo.InvariantCulture), one, other) with
            {
                EventTime = SampleEvents.Day + random.Next(1_000_000),
            });
    }

    private static Identifier[] IdentifiersOf(int person)
    {
        var number = person.ToString(CultureInfo.InvariantCulture);
        return
        [
            SampleEvents.User($"u{number}"), SampleEvents.Email($"m{number}@a.b"),
            new Identifier("anonymous_id", $"a{number}"), new Identifier("device_id", $"d{number}"),
        ];
    }
}
