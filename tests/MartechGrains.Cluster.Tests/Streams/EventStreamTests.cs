using System.Collections.Immutable;
using System.Threading.Channels;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Streams.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;
using Xunit;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>Inbound events and the live edge of changes on one node.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CommitGate _gate = new();
    private JournalFolder _journal = null!;
    private InProcessTestCluster _cluster = null!;

    /// <summary>How many calls of the ingest fail before they go through.</summary>
    private int _failures;
    private int _calls;

    public async Task InitializeAsync()
    {
        _journal = await JournalFolder.CreateAsync();
        var home = await _journal.OpenAsync("node", store => new GatedStore(store, _gate));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddMartechGrains(home);
            silo.AddEventStreams();
            var through = silo.Services.Last(static service => service.ServiceType == typeof(IngestInbound));
            silo.Services.AddSingleton<IngestInbound>(services =>
            {
                var real = (IngestInbound)through.ImplementationFactory!(services);
                return (source, payloads, token) => Interlocked.Increment(ref _calls) <= _failures
                    ? throw new InvalidOperationException("The consumer fails, as the test asked.")
                    : real(source, payloads, token);
            });
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private T Of<T>() where T : notnull => _cluster.Silos[0].ServiceProvider.GetRequiredService<T>();

    private IStreamProvider Provider =>
        _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(EventStreams.ProviderName);

    private Task<ImmutableArray<string>> PublishAsync(EventBatch batch, TimeSpan? timeout = null) =>
        Of<InboundEventStream>().PublishAsync(batch, timeout ?? Patience, default);

    private static EventBatch Batch(params ReadOnlyMemory<byte>[] payloads) =>
        new(Guid.NewGuid(), SampleEvents.Source, [.. payloads]);

    private async Task<long> CountAsync(string user)
    {
        var view = await Of<ProfileReader>().FindAsync(_journal.Derivation.Derive(SampleEvents.User(user)), default);
        return view?.Profile.Facts.Sum(static facts => facts.Count) ?? 0;
    }

    private async Task<ChannelReader<T>> ListenAsync<T>(string streamNamespace, int partition)
    {
        var heard = Channel.CreateUnbounded<T>();
        await Provider.GetStream<T>(EventStreams.StreamOf(streamNamespace, partition)).SubscribeAsync((item, _) =>
        {
            heard.Writer.TryWrite(item);
            return Task.CompletedTask;
        });
        return heard.Reader;
    }

    [Fact]
    public async Task Each_event_of_a_batch_is_answered_and_counts()
    {
        var results = await PublishAsync(Batch(
            SampleEvents.Track("1", "ada"), SampleEvents.Track("1", "ada"), "{\"type\":7}"u8.ToArray(),
            SampleEvents.Track("2", "ada")));
        Assert.Equal(["accepted", "duplicate"], results.Take(2));
        Assert.StartsWith("quarantined ", results[2], StringComparison.Ordinal);
        Assert.Equal("accepted", results[3]);
        Assert.Equal(2, await CountAsync("ada"));
    }

    [Fact]
    public async Task Many_batches_at_once_are_all_acknowledged()
    {
        var batches = Enumerable.Range(0, 3 * InboundEventStream.MaxInFlight)
            .Select(i => PublishAsync(Batch(SampleEvents.Track($"{i}", "ada")))).ToArray();
        Assert.All(await Task.WhenAll(batches), static results => Assert.Equal<string>(["accepted"], results));
        Assert.Equal(batches.Length, await CountAsync("ada"));
        Assert.Equal(0, Of<InboundEventStream>().InFlight);
    }

    [Fact]
    public async Task A_batch_is_not_acknowledged_before_its_commit()
    {
        var batch = Batch(SampleEvents.Track("1", "ada"));
        var partition = EventStreams.PartitionOf(batch.BatchId);
        var heard = await ListenAsync<BatchAcknowledged>(EventStreams.Acknowledged, partition);
        _gate.Close();
        var published = PublishAsync(batch);
        await _gate.Reached.WaitAsync(Patience);

        // What was acknowledged before the marker would be heard before it.
        var marker = new BatchAcknowledged(Guid.NewGuid(), []);
        await Provider.GetStream<BatchAcknowledged>(EventStreams.StreamOf(EventStreams.Acknowledged, partition))
            .OnNextAsync(marker);
        Assert.Equal(marker.BatchId, (await heard.ReadAsync().AsTask().WaitAsync(Patience)).BatchId);
        Assert.False(published.IsCompleted);

        _gate.Open();
        Assert.Equal<string>(["accepted"], await published);
        Assert.Equal(batch.BatchId, (await heard.ReadAsync().AsTask().WaitAsync(Patience)).BatchId);
        Assert.Equal(1, await CountAsync("ada"));
    }

    [Fact]
    public async Task A_batch_is_delivered_again_after_its_consumer_failed()
    {
        _failures = InboundConsumerGrain.MaxAttempts - 1;
        Assert.Equal<string>(["accepted"], await PublishAsync(Batch(SampleEvents.Track("1", "ada"))));
        Assert.Equal(InboundConsumerGrain.MaxAttempts, _calls);
        Assert.Equal(1, await CountAsync("ada"));
    }

    [Fact]
    public async Task A_batch_that_is_given_up_stays_unacknowledged_and_can_be_sent_again()
    {
        _failures = InboundConsumerGrain.MaxAttempts;
        var batch = Batch(SampleEvents.Track("1", "ada"));
        await Assert.ThrowsAsync<TimeoutException>(() => PublishAsync(batch, TimeSpan.FromSeconds(3)));
        Assert.Equal(0, await CountAsync("ada"));
        Assert.Equal<string>(["accepted"], await PublishAsync(batch));
        Assert.Equal<string>(["duplicate"], await PublishAsync(batch));
        Assert.Equal(1, await CountAsync("ada"));
    }

    [Fact]
    public async Task A_batch_beyond_the_limits_is_refused_before_it_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(Batch()));
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(Batch(new byte[EventBatch.MaxBytes + 1])));
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(
            Batch([.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[1], EventBatch.MaxEvents + 1)])));
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task What_a_home_commits_comes_out_at_the_live_edge()
    {
        var identifiers = new[] { SampleEvents.User("ada"), SampleEvents.Email("ada@a.b") }
            .OrderBy(_journal.Derivation.Derive).ToArray();
        var home = new HomeId(_journal.Derivation.Derive(identifiers[0]));
        var heard = await ListenAsync<ProfileChange>(EventStreams.Changes, EventStreams.PartitionOf(home));

        // The smaller home's identifier is the older one, so its profile keeps its id when the other's joins it.
        var router = Of<EventRouter>();
        await router.RouteAsync(
            [SampleEvents.Order("1", identifiers[0]) with { EventTime = SampleEvents.Day - 1 }], default);
        await router.RouteAsync([SampleEvents.Order("2", identifiers[1])], default);
        await router.RouteAsync([SampleEvents.Order("3", identifiers)], default);

        var changes = new List<ProfileChange>();
        while (!changes.Exists(change => change.Home == home && change.Kind == ChangeKind.ProfilesMerged))
            changes.Add(await heard.ReadAsync().AsTask().WaitAsync(Patience));
        var own = changes.Where(change => change.Home == home).ToArray();
        Assert.Equal(Enumerable.Range(1, own.Length), own.Select(static change => change.Seq));
        Assert.Equal(ChangeKind.EventApplied, own[0].Kind);
        Assert.Equal($"{home}:1", own[0].EntryId);
    }
}
