using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Carries a change of a value, between linking and linking nothing, to the homes that carry it: those of one that has
/// become inert are told; those of one that shall link again are united first, and then the one home they are is told
/// (rules H18, H22). Result: how the value stands in the end.
/// </summary>
/// <param name="key">The identifier.</param>
/// <param name="answer">What its grain wants done; null to ask it.</param>
/// <param name="maxRounds">Most rounds, of up to <see cref="PointerState.MaxToDo"/> homes each.</param>
public sealed class CompleteValueRoutine(IdentifierKey key, JoinReply? answer, int maxRounds)
    : Routine<RouterStep, JoinReply>
{
    /// <summary>
    /// Most rounds that somebody drives who came upon them with an event: all there are where the carriers are few. The
    /// operator's act and the sweep drive the rest.
    /// </summary>
    public const int RoundsOnTheWay = 4;

    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        if (answer is null)
        {
            var ask = new ToDoStep(key);
            yield return ask;
            answer = ask.Reply!;
        }
        for (var round = 0; round < maxRounds && !answer.ToDo.IsEmpty; round++)
        {
            var pointer = answer.Home;
            foreach (var home in answer.ToDo)
            {
                if (answer.Uniting)
                {
                    var unite = new UniteRoutine(home, pointer);
                    foreach (var step in unite.Run()) yield return step;
                    if (unite.Result < pointer) yield return new RepointStep(key, pointer, unite.Result);
                    pointer = unite.Result;
                }
                else
                {
                    var news = new JoinConfirmation(key, false, false, answer.Epoch, answer.Inert, null);
                    var tell = new SendRoutine<ConfirmReply>(new ConfirmStep(home, [news]));
                    foreach (var step in tell.Run()) yield return step;
                }
            }
            var handled = new HandledStep(key, answer.ToDo, answer.Epoch);
            yield return handled;
            answer = handled.Reply!;
        }
        yield return new LearnPointerStep(key, answer.View);
        Result = answer;
    }
}
