using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Routing;

/// <summary>Gives confirmations to the home that now speaks for another, wherever that has moved.</summary>
public static class ConfirmRoutine
{
    /// <summary>
    /// Gives them. Reply: that home, and what is still open of the identifiers
    /// (<c>(HomeId, ImmutableArray&lt;OpenJoin&gt;)</c>).
    /// </summary>
    public static IEnumerable<ProtocolStep> Run(
        HomeId home, ImmutableArray<JoinConfirmation> confirmations, StepReply reply)
    {
        while (true)
        {
            yield return new ConfirmStep(home, confirmations);
            var answer = reply.As<ConfirmReply>();
            if (answer.Gate.IsOpen)
            {
                reply.Value = (home, answer.Open);
                yield break;
            }
            if (answer.Gate.Standing == HomeStatus.Moving)
            {
                yield return new MoveStep(home, answer.Gate.Target);
                home = reply.As<HomeId>();
            }
            else
            {
                home = answer.Gate.Target;
            }
        }
    }
}
