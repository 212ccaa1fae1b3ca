using MartechGrains.Core.Curation;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Brings a must-link or cannot-link, as made or as undone, to the homes of its ends. Result: how often it said more
/// than was known.
/// </summary>
/// <param name="decision">The decision.</param>
public sealed class LinkRoutine(Decision decision) : Routine<RouterStep, int>
{
    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        var find = new FindPointersStep(decision.Keys);
        yield return find;
        foreach (var (home, routed) in RoutePlanning.PlanLinks(decision, find.Reply!))
        {
            var decide = new DecideRoutine(home, [routed]);
            foreach (var step in decide.Run()) yield return step;
            Result += decide.Result;
        }
    }
}
