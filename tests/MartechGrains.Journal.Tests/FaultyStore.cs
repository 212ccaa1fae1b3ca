using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;

namespace MartechGrains.Journal.Tests;

/// <summary>A real store whose commits and reads wait or fail as a test says.</summary>
internal sealed class FaultyStore(IJournalStore inner) : PassingStore(inner)
{
    /// <summary>Called instead of a commit; gets the batch and what really commits it.</summary>
    public Func<IReadOnlyList<StoreWrite>, Func<Task>, Task> OnCommit { get; set; } = (_, commit) => commit();

    /// <summary>Called before a look.</summary>
    public Func<Task> OnLook { get; set; } = () => Task.CompletedTask;

    /// <summary>Called instead of a read of beginnings; gets the homes and what really reads them.</summary>
    public Func<IReadOnlyCollection<HomeId>, Func<Task<Dictionary<HomeId, List<JournalRow>>>>,
        Task<Dictionary<HomeId, List<JournalRow>>>> OnReadBeginnings
    { get; set; } = (_, read) => read();

    /// <summary>A store over another, which it disposes of.</summary>
    public static FaultyStore Over(IJournalStore inner) => new(inner);

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

    public override Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default) =>
        OnReadBeginnings(homes, () => base.ReadBeginningsAsync(homes, rows, cancellationToken));
}
