using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Asks a home, and where it has moved, the home it has moved to. Result: the home that took the call.
/// </summary>
/// <typeparam name="TReply">The answer's type.</typeparam>
/// <param name="step">The call; afterwards it holds the answer.</param>
public sealed class SendRoutine<TReply>(GatedStep<TReply> step) : Routine<RouterStep, HomeId>
    where TReply : IGated
{
    /// <summary>Most homes that a call is sent on to while homes move.</summary>
    public const int MaxHops = 64;

    /// <inheritdoc/>
    /// <exception cref="ProtocolLivelockException">It was sent on <see cref="MaxHops"/> times.</exception>
    public override IEnumerable<RouterStep> Run()
    {
        for (var hop = 0; ; hop++)
        {
            if (hop == MaxHops) throw new ProtocolLivelockException(step.Home, hop);
            yield return step;
            var gate = step.Reply!.Gate;
            if (gate.IsOpen) break;
            if (gate.Status == HomeStatus.Moving)
            {
                var move = new MoveStep(step.Home, gate.Target);
                yield return move;
                step.Home = move.Reply;
            }
            else
            {
                step.Home = gate.Target;
            }
        }
        Result = step.Home;
    }
}
