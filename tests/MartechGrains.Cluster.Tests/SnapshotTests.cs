using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.Cluster.Tests;

/// <summary>
/// One silo whose store is watched: when snapshots are written, and what loading a home reads. Each test has a home of
/// its own.
/// </summary>
public sealed class SnapshotTests : IClassFixture<SnapshotTests.Watched>
{
    /// <summary>Least rows between two snapshots, and most that are read before one is looked for.</summary>
    private const int Interval = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Watched _watched;
    private readonly string _user = $"ada-{Guid.NewGuid():n}";
    private readonly HomeId _home;
    private int _rowsRead;
    private int _snapshots;

    public SnapshotTests(Watched watched)
    {
        _watched = watched;
        _home = new HomeId(watched.Silo.Key(SampleEvents.User(_user)));
        watched.Store.OnRow = row => Interlocked.Add(ref _rowsRead, row.Home == _home ? 1 : 0);
        watched.Store.OnReadSnapshot = static (_, row) => row;
    }

    private FaultyStore Store => _watched.Store;

    private T Of<T>() where T : notnull => _watched.Silo.Of<T>();

    [Fact]
    public async Task A_home_is_loaded_from_its_snapshot_and_the_rows_after_it()
    {
        var (head, snapshot) = await FillAsync();
        var before = await ViewAsync();
        var used = await CountAsync("used", ReloadAsync);
        Assert.Equal(Interval + head - snapshot.Seq + 1, TakeRowsRead());
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
        Store.OnReadSnapshot = static (_, _) => null;
        await ReloadAsync();
        Assert.Equal(resumed, await ViewAsync());
    }

    [Fact]
    public async Task Without_its_snapshot_a_home_reads_the_same()
    {
        var (head, _) = await FillAsync();
        var before = await ViewAsync();
        Store.OnReadSnapshot = static (_, _) => null;
        await ReloadAsync();
        Assert.Equal(head, TakeRowsRead());
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
        Store.OnReadSnapshot = (_, row) => reason switch
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
        Store.OnReadSnapshot = (home, row) =>
        {
            asked += home == _home ? 1 : 0;
            return row;
        };
        await ReloadAsync();
        Assert.Equal(0, asked);
        Assert.Null(await Store.ReadSnapshotAsync(_home));
    }

    /// <summary>200 events of one home, awaiting each snapshot as it falls due.</summary>
    private async Task<(int Head, SnapshotRow Snapshot)> FillAsync()
    {
        await RouteAsync(0, 100);
        await NextSnapshotAsync();
        await RouteAsync(100, 60);
        await NextSnapshotAsync();
        await RouteAsync(160, 40);
        await NextSnapshotAsync();
        var head = await Store.ReadHeadAsync(_home);
        var snapshot = await Store.ReadSnapshotAsync(_home);
        Assert.NotNull(snapshot);
        Assert.InRange(snapshot.Seq, 3 * Interval, head);
        Assert.InRange(head - snapshot.Seq, 0, Interval - 1);
        return (head, snapshot);
    }

    /// <summary>Journal rows of the home that were read since the last call.</summary>
    private int TakeRowsRead() => Interlocked.Exchange(ref _rowsRead, 0);

    /// <summary>Waits until one more snapshot of the home is on disk.</summary>
    private Task NextSnapshotAsync() =>
        _watched.SnapshotsOf(_home).ReachAsync(++_snapshots).WaitAsync(Patience);

    private async Task RouteAsync(int from, int count)
    {
        for (var i = from; i < from + count; i++) Assert.Equal([ApplyStatus.Applied], await RouteOneAsync(i));
    }

    private async Task<IReadOnlyList<ApplyStatus>> RouteOneAsync(int number)
    {
        var order = number % 3 == 1
            ? SampleEvents.Order($"e{number}", SampleEvents.User(_user), SampleEvents.Email($"{_user}@a.b"))
            : SampleEvents.Order($"e{number}", SampleEvents.User(_user));
        return [.. (await Of<EventRouter>().RouteAsync([order], default)).Select(static routed => routed.Status)];
    }

    /// <summary>A snapshot of the same home, sealed by the same key, of a journal that was never written.</summary>
    private SnapshotRow OfAnotherJournal()
    {
        var (state, codec) = (new HomeState(_home, Of<PolicyCache>().Known), Of<HomeCodecs>().Of(_home));
        for (var i = 0; i < 100; i++)
        {
            var entry = new IdentityChanged([], new(i));
            codec.Encode(entry);
            state.Fold(entry);
        }
        var write = SnapshotCodec.Draft(state, codec).Seal()!;
        return new SnapshotRow(write.Home, write.Seq, write.Format, write.Data);
    }

    private async Task ReloadAsync()
    {
        TakeRowsRead();
        var cluster = _watched.Silo.Cluster;
        var grain = cluster.Client.GetGrain<IProfileGrain>(_home.Founder.ToGuid());
        await cluster.DeactivateAsync(grain);
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

    /// <summary>The silo of these tests, and its store.</summary>
    public sealed class Watched : IAsyncLifetime
    {
        private readonly ConcurrentDictionary<HomeId, Tally> _snapshots = new();

        internal OneSilo Silo { get; private set; } = null!;

        internal FaultyStore Store { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Silo = await OneSilo.StartAsync(inner => Store = FaultyStore.Over(inner));
            Store.OnCommit = async (batch, commit) =>
            {
                await commit();
                foreach (var snapshot in batch.OfType<SnapshotWrite>()) SnapshotsOf(snapshot.Home).Add();
            };
        }

        public async Task DisposeAsync() => await Silo.DisposeAsync();

        /// <summary>The snapshots of a home that are on disk.</summary>
        internal Tally SnapshotsOf(HomeId home) => _snapshots.GetOrAdd(home, static _ => new Tally());
    }
}
