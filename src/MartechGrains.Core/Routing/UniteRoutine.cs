using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Unites two homes: the larger id moves into the smaller, again and again until they are one. Result: that home.
/// </summary>
/// <param name="first">One of them.</param>
/// <param name="second">The other.</param>
public sealed class UniteRoutine(HomeId first, HomeId second) : Routine<RouterStep, HomeId>
{
    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        var (one, other) = (first, second);
        // The smaller of the two never grows, and each move ends at a home that is smaller than the one that moved.
        while (one != other)
        {
            var (loser, winner) = one > other ? (one, other) : (other, one);
            var move = new MoveStep(loser, winner);
            yield return move;
            // The loser may have gone to another home long ago: that one and the winner must still meet.
            (one, other) = (winner, move.Reply);
        }
        Result = one;
    }
}
