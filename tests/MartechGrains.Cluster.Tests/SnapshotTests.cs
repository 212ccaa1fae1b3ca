using System.Buffers;
using System.Diagnostics.Metrics;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace MartechGrains.Cluster.Tests;

/// <summary>One silo whose store is watched: when snapshots are written, and what loading a home reads.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    /// <summary>Least rows between two snapshots, and most that are read before one is looked for.</summary>
    private const int Interval = 64;

    private JournalFolder _journal = null!;
    private WatchedStore _store = null!;
    private InProcessTestCluster _cluster = null!;
    private HomeId _home;

    public async Task InitializeAsync()
    {
        _journal = await JournalFolder.CreateAsync();
        var services = await _journal.OpenAsync("a", store => _store = WatchedStore.Over(store));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureClient(static client => client.Services.AddMartechGrainsWireForms());
        builder.ConfigureSilo((_, silo) => silo.Services.AddMartechGrains(services));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _home = new HomeId(_journal.Derivation.Derive(SampleEvents.User("ada")));
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private T Of<T>() where T : notnull => _cluster.Silos[0].ServiceProvider.GetRequiredService<T>();

    [Fact]
    public async Task A_home_is_loaded_from_its_snapshot_and_the_rows_after_it()
    {
        var (head, snapshot) = await FillAsync();
        var before = await ViewAsync();
        var used = await CountAsync("used", ReloadAsync);
        Assert.Equal(Interval + head - snapshot.Seq + 1, _store.TakeRowsRead());
        Assert.Equal(before, await ViewAsync());
        Assert.Equal(1, used);
    }

    [Fact]
    public async Task A_home_loaded_from_its_snapshot_goes_on_as_one_folded_from_its_first_row()
    {
        await FillAsync();
        await ReloadAsync();
        await RouteAsync(200, 10);
        Assert.Equal([ApplyStatus.Duplicate], await RouteOneAsync(7));
        var resumed = await ViewAsync();
        _store.Shown = static _ => null;
        await ReloadAsync();
        Assert.Equal(resumed, await ViewAsync());
    }

    [Fact]
    public async Task Without_its_snapshot_a_home_reads_the_same()
    {
        var (head, _) = await FillAsync();
        var before = await ViewAsync();
        _store.Shown = static _ => null;
        await ReloadAsync();
        Assert.Equal(head, _store.TakeRowsRead());
        Assert.Equal(before, await ViewAsync());
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("other_version")]
    [InlineData("other_journal")]
    public async Task A_snapshot_that_cannot_be_used_is_counted_and_does_no_harm(string reason)
    {
        await FillAsync();
        var before = await ViewAsync();
        var other = reason == "other_journal" ? OfAnotherJournal() : null;
        _store.Shown = row => reason switch
        {
            "damaged" => row! with { Data = row.Data[..^1] },
            "other_version" => row! with { Format = SnapshotCodec.Format + 1 },
            _ => other,
        };
        var ignored = await CountAsync("ignored", ReloadAsync, reason);
        Assert.Equal(1, ignored);
        Assert.Equal(before, await ViewAsync());
    }

    [Fact]
    public async Task A_short_journal_has_none_and_none_is_looked_for()
    {
        await RouteAsync(0, 10);
        var asked = 0;
        _store.Shown = row =>
        {
            asked++;
            return row;
        };
        await ReloadAsync();
        Assert.Equal(0, asked);
        Assert.Null(await _store.ReadSnapshotAsync(_home));
    }

    /// <summary>200 events of one home, awaiting each snapshot as it falls due.</summary>
    private async Task<(int Head, SnapshotRow Snapshot)> FillAsync()
    {
        await RouteAsync(0, 100);
        Assert.True(await _store.NextSnapshotAsync());
        await RouteAsync(100, 60);
        Assert.True(await _store.NextSnapshotAsync());
        await RouteAsync(160, 40);
        Assert.True(await _store.NextSnapshotAsync());
        var head = await _store.ReadHeadAsync(_home);
        var snapshot = await _store.ReadSnapshotAsync(_home);
        Assert.NotNull(snapshot);
        Assert.InRange(snapshot.Seq, 3 * Interval, head);
        Assert.InRange(head - snapshot.Seq, 0, Interval - 1);
        return (head, snapshot);
    }

    private async Task RouteAsync(int from, int count)
    {
        for (var i = from; i < from + count; i++) Assert.Equal([ApplyStatus.Applied], await RouteOneAsync(i));
    }

    private async Task<IReadOnlyList<ApplyStatus>> RouteOneAsync(int number)
    {
        var order = number % 3 == 1
            ? SampleEvents.Order($"e{number}", SampleEvents.User("ada"), SampleEvents.Email("ada@a.b"))
            : SampleEvents.Order($"e{number}", SampleEvents.User("ada"));
        return await Of<EventRouter>().RouteAsync([order], default);
    }

    /// <summary>A snapshot of the same home, sealed by the same key, of a journal that was never written.</summary>
    private SnapshotRow OfAnotherJournal()
    {
        var (state, codec) = (new HomeState(_home, Of<PolicyCache>().Known), Of<HomeCodecs>().Of(_home));
        for (var i = 0; i < 100; i++)
        {
            var entry = new IdentityChanged([], i);
            codec.Encode(entry);
            state.Fold(entry);
        }
        var write = SnapshotCodec.Draft(state, codec).Seal()!;
        return new SnapshotRow(write.Home, write.Seq, write.Format, write.Data);
    }

    private async Task ReloadAsync()
    {
        _store.TakeRowsRead();
        var grain = _cluster.Client.GetGrain<IProfileGrain>(_home.Founder.ToGuid());
        await _cluster.DeactivateAsync(grain);
        await grain.Read(CancellationToken.None);
    }

    private async Task<byte[]> ViewAsync()
    {
        var view = await Of<ProfileReader>().FindAsync(_home.Founder, default);
        var output = new ArrayBufferWriter<byte>();
        HomeViewFormat.Write(view!.Home, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>How often an instrument counts while something runs; tests of a class run one after another.</summary>
    private static async Task<long> CountAsync(string instrument, Func<Task> run, string? reason = null)
    {
        var count = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (published, watching) =>
        {
            if (published.Meter.Name == SnapshotMetrics.MeterName
                && published.Name.EndsWith(instrument, StringComparison.Ordinal))
                watching.EnableMeasurementEvents(published);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var matches = reason is null;
            foreach (var tag in tags) matches |= tag.Value as string == reason;
            if (matches) Interlocked.Add(ref count, value);
        });
        listener.Start();
        await run();
        return count;
    }
}
