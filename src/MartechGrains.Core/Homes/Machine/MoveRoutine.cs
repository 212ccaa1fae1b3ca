using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Moves a home into a smaller one. It runs in the home's own turn, after what is queued there has drained, so that no
/// write follows <see cref="HomeMoving"/> (rule H8). Calls go from larger to smaller ids only: no cycle, no deadlock.
/// The caller is answered when the winner has the evidence: should <see cref="HomeMoved"/> be lost, the home asks the
/// winner again.
/// </summary>
public static class MoveRoutine
{
    /// <summary>Runs or resumes the move; the answer is the home that holds the evidence.</summary>
    /// <param name="state">The home; changed by the driver, which folds what it appends.</param>
    /// <param name="winner">Where to move, if it is not on its way already.</param>
    /// <param name="reply">Where the driver leaves answers, and the present before the first step.</param>
    /// <exception cref="ArgumentException"><paramref name="winner"/> is not smaller.</exception>
    public static IEnumerable<ProtocolStep> Run(HomeState state, HomeId winner, StepReply reply)
    {
        if (state.MovedTo is { } moved)
        {
            yield return new AnswerStep(moved);
            yield break;
        }
        if (state.MovingTo is null)
        {
            if (!HomeRules.MayMove(state, winner))
                throw new ArgumentException("A home moves into a smaller one only.", nameof(winner));
            yield return new AppendStep([new HomeMoving(winner, HomeRules.TimeOf(state, reply.Now))]);
        }
        var target = state.MovingTo!.Value;
        while (true)
        {
            yield return new AbsorbStep(target, state.Id, state.MovingHead);
            var answer = reply.As<AbsorbReply>();
            if (answer.Answer == AbsorbedAnswer.Yes) break;
            target = answer.Target;
        }
        yield return new AnswerStep(target);
        yield return new AppendStep([new HomeMoved(target, HomeRules.TimeOf(state, reply.Now))]);
    }
}
