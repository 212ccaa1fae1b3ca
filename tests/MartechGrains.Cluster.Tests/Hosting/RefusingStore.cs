using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>A store that refuses to write into journals while it is told to; decisions still go through.</summary>
internal sealed class RefusingStore(IJournalStore inner) : PassingStore(inner)
{
    private volatile bool _refuses;

    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    public override Task CommitAsync(
        int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default) => _refuses && batch.Any(static write => write is AppendWrite)
        ? throw new BatchRejectedException("No journal takes anything now.", isFence: false)
        : base.CommitAsync(writer, batch, outcomes, cancellationToken);
}
