using System.Collections.Concurrent;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Ingest;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Cluster.Tests.Hosting.SampleEvents;

namespace MartechGrains.Cluster.Tests.Ingest;

/// <summary>The way of refused events into quarantine. Nothing here reaches a home, so there is no silo.</summary>
public sealed class EventIngestTests : IAsyncLifetime
{
    private readonly CommitGate _gate = new();
    private JournalFolder _journal = null!;
    private SiloResources _services = null!;
    private PointerlessStore _store = null!;
    private EventIngest _ingest = null!;

    public async Task InitializeAsync()
    {
        _journal = await JournalFolder.CreateAsync();
        _services = await _journal.OpenAsync(
            "a", inner => _store = PointerlessStore.Over(_gate.Before(inner)));
        var pointers = new PointerDirectory(
            new BatchedReads(_services.Store, _services.Store, HomeMachine.MinUncovered));
        var codec = new PointerCodec(_services.WrappingKey, _services.Random);
        var router = new EventRouter(
            new RouterExecutor(null!, _services.Writer, codec, pointers), _services.Policies, pointers,
            new Attempts(TimeProvider.System), _journal.Derivation);
        _ingest = new EventIngest(
            router, _services.Writer, _services.Clock, _services.Policies, _services.Time);
    }

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    [Fact]
    public async Task Where_routing_fails_what_is_refused_is_in_quarantine_before_the_caller_is_told()
    {
        _gate.Close();
        var ingest = _ingest.IngestAsync(
            [Refused(1), new DecodedEvent.Accepted(Order("2", User("ada")))], CancellationToken.None);
        await _store.Asked;
        await _gate.Reached;
        Assert.False(ingest.IsCompleted);

        _gate.Open();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ingest);
        Assert.Single(await _services.Store.ReadQuarantineAsync(null, 10));
    }

    [Fact]
    public async Task The_refused_of_a_large_batch_go_into_quarantine_some_at_a_time()
    {
        const int count = 1000;
        _gate.Close();
        var ingest = _ingest.IngestAsync(
            [.. Enumerable.Range(0, count).Select(Refused)], CancellationToken.None);
        await _gate.Reached;
        _gate.Open();

        Assert.Equal(count, (await ingest).Count);
        Assert.Equal(count, _store.Batches.Sum());
        Assert.True(_store.Batches.Max() <= EventIngest.MaxQuarantinedAtATime);
    }

    private static DecodedEvent Refused(int number) => new DecodedEvent.Rejected(new QuarantineReason(
        new EventFault("invalid_json", "", "no JSON", "send JSON"), Source, $"{number}", new byte[] { 1 }));

    /// <summary>A store whose pointers cannot be read, and that notes how much was committed at once.</summary>
    private sealed class PointerlessStore : PassingStore
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private PointerlessStore(IJournalStore inner)
            : base(inner)
        {
        }

        public Task Asked => _asked.Task;

        public ConcurrentQueue<int> Batches { get; } = new();

        public static PointerlessStore Over(IJournalStore inner) => new(inner);

        public override Task CommitAsync(
            int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
            CancellationToken cancellationToken = default)
        {
            Batches.Enqueue(batch.Count);
            return base.CommitAsync(writer, batch, outcomes, cancellationToken);
        }

        public override Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
            IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            throw new StoreUnavailableException("The store is away.");
        }
    }
}
