using MartechGrains.Testing;

namespace MartechGrains.Journal.Tests;

/// <summary>A real store whose commits fail as a test says.</summary>
internal sealed class FaultyStore(IJournalStore inner) : PassingStore(inner)
{
    /// <summary>Called instead of a commit; gets the batch and what really commits it.</summary>
    public Func<IReadOnlyList<StoreWrite>, Func<Task>, Task> OnCommit { get; set; } = (_, commit) => commit();

    /// <summary>Called before a look.</summary>
    public Func<Task> OnLook { get; set; } = () => Task.CompletedTask;

    /// <summary>Commits asked for.</summary>
    public int Commits { get; private set; }

    public override async Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        Commits++;
        await OnCommit(batch, () => base.CommitAsync(writer, batch, outcomes, cancellationToken));
    }

    public override async Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default)
    {
        await OnLook();
        return await base.ArePresentAsync(writer, batch, cancellationToken);
    }
}
