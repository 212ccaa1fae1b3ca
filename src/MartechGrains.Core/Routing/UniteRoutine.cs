using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Unites two homes: the larger id moves into the smaller, again and again until they are one.
/// </summary>
public static class UniteRoutine
{
    /// <summary>Unites them. Reply: the home both are in (<see cref="HomeId"/>).</summary>
    public static IEnumerable<ProtocolStep> Run(HomeId first, HomeId second, StepReply reply)
    {
        while (first != second)
        {
            var (loser, winner) = first > second ? (first, second) : (second, first);
            yield return new MoveStep(loser, winner);
            // The loser may have gone to another home long ago: that one and the winner must still meet.
            (first, second) = (winner, reply.As<HomeId>());
        }
        reply.Value = first;
    }
}
