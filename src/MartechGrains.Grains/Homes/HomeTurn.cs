using MartechGrains.Core.Homes.State;

namespace MartechGrains.Grains.Homes;

/// <summary>Operations that share one append: their entries, and their answers once it is on disk.</summary>
internal sealed class HomeTurn
{
    private readonly List<(HomeOperation Operation, Action Complete)> _waiting = [];

    public List<HomeEntry> Entries { get; } = [];

    /// <summary>
    /// Answers the operation after the commit, or at once if there turns out to be nothing to commit.
    /// </summary>
    public void AnswerAfterCommit(HomeOperation operation, Action complete) => _waiting.Add((operation, complete));

    public void Complete()
    {
        foreach (var (_, complete) in _waiting) complete();
    }

    public void Fail(Exception error)
    {
        foreach (var (operation, _) in _waiting) operation.Fail(error);
    }
}
