using System.Collections.Immutable;
using System.Threading.Channels;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Streams.Inbound;
using MartechGrains.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Xunit;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>Inbound events and the live edge of changes on one node; each test has people of its own.</summary>
public sealed class EventStreamTests : IClassFixture<EventStreamTests.Node>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Node _node;
    private readonly string _ada = $"ada-{Guid.NewGuid():n}";
    private readonly List<Func<Task>> _unsubscribe = [];

    public EventStreamTests(Node node)
    {
        _node = node;
        node.Begin(failures: 0);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var unsubscribe in _unsubscribe) await unsubscribe();
    }

    private T Of<T>() where T : notnull => _node.Silo.Of<T>();

    private IStreamProvider Provider =>
        _node.Silo.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(EventStreams.ProviderName);

    private Task<ImmutableArray<string>> PublishAsync(EventBatch batch, TimeSpan? timeout = null) =>
        Of<InboundEventStream>().PublishAsync(batch, timeout ?? Patience, default);

    private static EventBatch Batch(params ReadOnlyMemory<byte>[] payloads) =>
        new(Guid.NewGuid(), SampleEvents.Source, [.. payloads]);

    private async Task<long> CountAsync(string user)
    {
        var view = await Of<ProfileReader>().FindAsync(_node.Silo.Key(SampleEvents.User(user)), default);
        return view?.Profile.Facts.Sum(static facts => facts.Count) ?? 0;
    }

    private async Task<ChannelReader<T>> ListenAsync<T>(string streamNamespace, int partition)
    {
        var heard = Channel.CreateUnbounded<T>();
        var stream = Provider.GetStream<T>(EventStreams.StreamOf(streamNamespace, partition));
        var subscription = await stream.SubscribeAsync((item, _) =>
        {
            heard.Writer.TryWrite(item);
            return Task.CompletedTask;
        });
        _unsubscribe.Add(subscription.UnsubscribeAsync);
        return heard.Reader;
    }

    [Fact]
    public async Task Each_event_of_a_batch_is_answered_and_counts()
    {
        var results = await PublishAsync(Batch(
            SampleEvents.Track("1", _ada), SampleEvents.Track("1", _ada), "{\"type\":7}"u8.ToArray(),
            SampleEvents.Track("2", _ada)));
        Assert.Equal(["accepted", "duplicate"], results.Take(2));
        Assert.StartsWith("quarantined ", results[2], StringComparison.Ordinal);
        Assert.Equal("accepted", results[3]);
        Assert.Equal(2, await CountAsync(_ada));
    }

    [Fact]
    public async Task Many_batches_at_once_are_all_acknowledged()
    {
        var batches = Enumerable.Range(0, 3 * InboundEventStream.MaxInFlight)
            .Select(i => PublishAsync(Batch(SampleEvents.Track($"{i}", _ada)))).ToArray();
        Assert.All(await Task.WhenAll(batches), static results => Assert.Equal<string>(["accepted"], results));
        Assert.Equal(batches.Length, await CountAsync(_ada));
        Assert.Equal(0, Of<InboundEventStream>().InFlight);
    }

    [Fact]
    public async Task A_batch_is_not_acknowledged_before_its_commit()
    {
        var batch = Batch(SampleEvents.Track("1", _ada));
        var partition = EventStreams.PartitionOf(batch.BatchId);
        var heard = await ListenAsync<BatchAcknowledged>(EventStreams.Acknowledged, partition);
        _node.Gate.Close();
        var published = PublishAsync(batch);
        await _node.Gate.Reached.WaitAsync(Patience);

        // What was acknowledged before the marker would be heard before it.
        var marker = new BatchAcknowledged(Guid.NewGuid(), []);
        await Provider.GetStream<BatchAcknowledged>(EventStreams.StreamOf(EventStreams.Acknowledged, partition))
            .OnNextAsync(marker);
        Assert.Equal(marker.BatchId, (await heard.ReadAsync().AsTask().WaitAsync(Patience)).BatchId);
        Assert.False(published.IsCompleted);

        _node.Gate.Open();
        Assert.Equal<string>(["accepted"], await published);
        Assert.Equal(batch.BatchId, (await heard.ReadAsync().AsTask().WaitAsync(Patience)).BatchId);
        Assert.Equal(1, await CountAsync(_ada));
    }

    [Fact]
    public async Task A_batch_is_delivered_again_after_its_consumer_failed()
    {
        _node.Begin(failures: InboundConsumerGrain.MaxAttempts - 1);
        Assert.Equal<string>(["accepted"], await PublishAsync(Batch(SampleEvents.Track("1", _ada))));
        Assert.Equal(InboundConsumerGrain.MaxAttempts, _node.Calls);
        Assert.Equal(1, await CountAsync(_ada));
    }

    [Fact]
    public async Task A_batch_that_is_given_up_stays_unacknowledged_and_can_be_sent_again()
    {
        _node.Begin(failures: InboundConsumerGrain.MaxAttempts);
        var batch = Batch(SampleEvents.Track("1", _ada));
        await Assert.ThrowsAsync<TimeoutException>(() => PublishAsync(batch, TimeSpan.FromSeconds(3)));
        Assert.Equal(0, await CountAsync(_ada));
        Assert.Equal<string>(["accepted"], await PublishAsync(batch));
        Assert.Equal<string>(["duplicate"], await PublishAsync(batch));
        Assert.Equal(1, await CountAsync(_ada));
    }

    [Fact]
    public async Task A_batch_beyond_the_limits_is_refused_before_it_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(Batch()));
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(Batch(new byte[EventBatch.MaxBytes + 1])));
        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(
            Batch([.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[1], EventBatch.MaxEvents + 1)])));
        Assert.Equal(0, _node.Calls);
    }

    [Fact]
    public async Task What_a_home_commits_comes_out_at_the_live_edge()
    {
        var identifiers = new[] { SampleEvents.User(_ada), SampleEvents.Email($"{_ada}@a.b") }
            .OrderBy(_node.Silo.Key).ToArray();
        var home = new HomeId(_node.Silo.Key(identifiers[0]));
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

    /// <summary>The silo of these tests, whose ingest fails as they say.</summary>
    public sealed class Node : IAsyncLifetime
    {
        private int _failures;
        private int _calls;

        internal OneSilo Silo { get; private set; } = null!;

        internal CommitGate Gate { get; } = new();

        /// <summary>Calls of the ingest since the test began.</summary>
        public int Calls => Volatile.Read(ref _calls);

        /// <summary>Begins to count calls of the ingest; so many of them fail before they go through.</summary>
        public void Begin(int failures) => (_failures, _calls) = (failures, 0);

        public async Task InitializeAsync() => Silo = await OneSilo.StartAsync(Gate.Before, silo =>
        {
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

        public async Task DisposeAsync() => await Silo.DisposeAsync();
    }
}
