using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Brings a decision that a value links to the value, as made or as undone, and unites or tells all who carry it.
/// Result: how the value stands in the end.
/// </summary>
/// <param name="key">The identifier.</param>
/// <param name="decision">The decision.</param>
public sealed class DecideValueRoutine(IdentifierKey key, LinkableDecision decision)
    : Routine<RouterStep, JoinReply>
{
    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        var decide = new DecideValueStep(key, decision);
        yield return decide;
        // As many rounds as it has carriers: the executor gives up between two steps when its caller does.
        var complete = new CompleteValueRoutine(key, decide.Reply!, int.MaxValue);
        foreach (var step in complete.Run()) yield return step;
        Result = complete.Result!;
    }
}
