using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Completes what a crash left of a home (rule H9): its move, or the joins that are open of it. A home that has moved
/// is a part of another, which has its own turn. Result: whether anything was left.
/// </summary>
/// <param name="ask">
/// What it is asked first: <see cref="OpenJoinsStep"/> for all that is open, or <see cref="AdoptStep"/>, which answers
/// alike.
/// </param>
public sealed class CompleteHomeRoutine(GatedStep<ConfirmReply> ask) : Routine<RouterStep, bool>
{
    /// <summary>Completes all that is open of a home.</summary>
    public static CompleteHomeRoutine Of(HomeId home) => new(new OpenJoinsStep(home, []));

    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        yield return ask;
        var (gate, open) = ask.Reply!;
        if (gate.Status == HomeStatus.Moving)
        {
            yield return new MoveStep(ask.Home, gate.Target);
            Result = true;
        }
        else if (gate.IsOpen && !open.IsEmpty)
        {
            var join = new JoinRoutine(ask.Home, open);
            foreach (var step in join.Run()) yield return step;
            Result = true;
        }
    }
}
