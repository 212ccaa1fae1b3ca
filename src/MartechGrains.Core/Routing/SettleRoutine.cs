using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Carries a change of a value, between linking and linking nothing, to the homes that carry it: those of one that has
/// become inert are told; those of one that shall link again are united first, and then the one home they are is told
/// (rules H18, H22).
/// </summary>
public static class SettleRoutine
{
    /// <summary>
    /// Most rounds that somebody drives who came upon them with an event: all there are where the carriers are few. The
    /// operator's act and the sweep drive the rest.
    /// </summary>
    public const int RoundsOnTheWay = 4;

    /// <summary>Settles one value. Reply: how it stands in the end (<see cref="JoinReply"/>).</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="maxRounds">Most rounds, of up to <see cref="PointerState.MaxToDo"/> homes each.</param>
    /// <param name="reply">Where the driver leaves answers.</param>
    public static IEnumerable<ProtocolStep> Run(IdentifierKey key, int maxRounds, StepReply reply)
    {
        yield return new ToDoStep(key);
        foreach (var step in Handle(key, reply.As<JoinReply>(), maxRounds, reply)) yield return step;
    }

    /// <summary>
    /// Handles what an identifier's grain wants done. Reply: how it stands in the end (<see cref="JoinReply"/>).
    /// </summary>
    public static IEnumerable<ProtocolStep> Handle(
        IdentifierKey key, JoinReply answer, int maxRounds, StepReply reply)
    {
        for (var round = 0; round < maxRounds && !answer.ToDo.IsEmpty; round++)
        {
            var pointer = answer.Home;
            foreach (var home in answer.ToDo)
            {
                if (answer.Uniting)
                {
                    foreach (var step in UniteRoutine.Run(home, pointer, reply)) yield return step;
                    var root = reply.As<HomeId>();
                    if (root < pointer) yield return new RepointStep(key, pointer, root);
                    pointer = root;
                }
                else
                {
                    var news = new JoinConfirmation(key, false, false, answer.Epoch, answer.Inert, null);
                    foreach (var step in ConfirmRoutine.Run(home, [news], reply)) yield return step;
                }
            }
            yield return new HandledStep(key, answer.ToDo, answer.Epoch);
            answer = reply.As<JoinReply>();
        }
        reply.Value = answer;
    }
}
