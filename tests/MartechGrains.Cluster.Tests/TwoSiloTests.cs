using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Views;
using Xunit;

namespace MartechGrains.Cluster.Tests;

/// <summary>Two silos over one store, each with its own writer; each test has people of its own.</summary>
public sealed class TwoSiloTests(TwoSiloTests.Shared shared) : IClassFixture<TwoSiloTests.Shared>
{
    private readonly TwoSilos _silos = shared.Silos;

    private T Of<T>(int silo) where T : notnull => _silos.Of<T>(silo);

    [Fact]
    public async Task What_one_silo_acknowledges_the_other_reads()
    {
        const int People = 40;
        var before = Hosted();
        for (var i = 0; i < People; i++)
        {
            var statuses = await Of<EventRouter>(i % 2).RouteAsync(
                [SampleEvents.Order($"e{i}", SampleEvents.User($"u{i}"), SampleEvents.Email($"m{i}@a.b"))], default);
            Assert.Equal([new RoutedResult(ApplyStatus.Applied, null)], statuses);
            foreach (var reader in (ProfileReader[])[Of<ProfileReader>(0), Of<ProfileReader>(1)])
            {
                var view = await reader.FindAsync(_silos.Key(SampleEvents.Email($"m{i}@a.b")), default);
                Assert.NotNull(view);
                Assert.Contains(SampleEvents.User($"u{i}"), view.Profile.Resolved.Identifiers);
                Assert.Equal(1, view.Profile.Facts.Sum(static facts => facts.Count));
                Assert.Equal("\"gold\"", view.Profile.Traits["plan"].Json);
                Assert.True(view.Profile.Consents["ads"].IsGranted);
                Assert.Single(view.Home.Resolution.Accepted);
            }
        }
        // Neither silo hosts all homes: some of these reads went over the wire.
        Assert.All(
            Hosted().Zip(before, static (now, then) => now - then),
            static count => Assert.InRange(count, 1, (2 * People) - 1));
    }

    [Fact]
    public async Task Homes_on_different_silos_unite()
    {
        await Of<EventRouter>(0).RouteAsync([SampleEvents.Order("1", SampleEvents.User("ada"))], default);
        await Of<EventRouter>(1).RouteAsync([SampleEvents.Order("2", SampleEvents.Email("ada@a.b"))], default);
        await Of<EventRouter>(0).RouteAsync(
            [SampleEvents.Order("3", SampleEvents.User("ada"), SampleEvents.Email("ada@a.b"))], default);
        foreach (var identifier in (Identifier[])[SampleEvents.User("ada"), SampleEvents.Email("ada@a.b")])
        {
            var view = await Of<ProfileReader>(1).FindAsync(_silos.Key(identifier), default);
            Assert.Equal(3, view!.Profile.Facts.Sum(static facts => facts.Count));
        }
    }

    [Fact]
    public async Task A_home_that_was_deactivated_reads_as_before_on_either_silo()
    {
        var key = _silos.Key(SampleEvents.User("u"));
        await Of<EventRouter>(0).RouteAsync([SampleEvents.Order("1", SampleEvents.User("u"))], default);
        await _silos.Cluster.DeactivateAsync(_silos.Cluster.Client.GetGrain<IProfileGrain>(key.ToGuid()));
        for (var silo = 0; silo < 2; silo++)
        {
            var view = await Of<ProfileReader>(silo).FindAsync(key, default);
            Assert.Equal(1, view!.Profile.Facts.Sum(static facts => facts.Count));
        }
    }

    private int[] Hosted() => [Of<LiveViews>(0).Count, Of<LiveViews>(1).Count];

    /// <summary>The silos of these tests.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        internal TwoSilos Silos { get; private set; } = null!;

        public async Task InitializeAsync() => Silos = await TwoSilos.StartAsync();

        public async Task DisposeAsync() => await Silos.DisposeAsync();
    }
}
