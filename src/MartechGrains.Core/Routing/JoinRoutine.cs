using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Confirms a home's open joins at their pointers, wherever that home moves meanwhile, and unites homes that must meet.
/// A router runs it after the commit and before the acknowledgement; readers and the sweep run it for joins that a
/// crash left open. Result: the home that speaks for them in the end.
/// </summary>
/// <param name="home">The home that holds them.</param>
/// <param name="open">What is open.</param>
public sealed class JoinRoutine(HomeId home, ImmutableArray<OpenJoin> open) : Routine<RouterStep, HomeId>
{
    /// <summary>
    /// Most rounds of one run: each answers what the last reopened. Beyond it the caller's producer tries again.
    /// </summary>
    public const int MaxRounds = 64;

    /// <summary>Most joins that are asked, and confirmed by one entry, at a time.</summary>
    public const int MaxAtATime = 512;

    /// <inheritdoc/>
    /// <exception cref="ProtocolLivelockException">Still open after <see cref="MaxRounds"/> rounds.</exception>
    public override IEnumerable<RouterStep> Run()
    {
        Result = home;
        if (open.Length <= MaxAtATime) return ConfirmSome(open);
        return open.Chunk(MaxAtATime).SelectMany(some => ConfirmSome([.. some]));
    }

    private IEnumerable<RouterStep> ConfirmSome(ImmutableArray<OpenJoin> joins)
    {
        for (var round = 0; !joins.IsEmpty; round++)
        {
            if (round == MaxRounds) throw new ProtocolLivelockException(Result, round);
            var answers = new JoinReply[joins.Length];
            foreach (var step in Ask(joins, answers)) yield return step;
            var confirmations = ImmutableArray.CreateBuilder<JoinConfirmation>(joins.Length);
            for (var i = 0; i < joins.Length; i++)
            {
                if (MustMeet(joins[i], answers[i]) || !answers[i].ToDo.IsEmpty)
                    foreach (var step in Meet(joins[i], answers[i])) yield return step;
                confirmations.Add(new JoinConfirmation(
                    joins[i].Identifier, joins[i].Member, joins[i].Carrier, answers[i].Epoch, answers[i].Inert,
                    joins[i].Report));
            }
            var confirm = new ConfirmStep(Result, confirmations.MoveToImmutable());
            var send = new SendRoutine<ConfirmReply>(confirm);
            foreach (var step in send.Run()) yield return step;
            (Result, joins) = (send.Result, confirm.Reply!.Open);
        }
    }

    /// <summary>
    /// Asks the pointers. A first registration needs no grain: the insert decides it, and whoever finds the row taken
    /// asks the grain, which alone changes rows that are there.
    /// </summary>
    private IEnumerable<RouterStep> Ask(ImmutableArray<OpenJoin> joins, JoinReply[] answers)
    {
        var known = new AreKnownStep([.. joins.Select(static join => join.Identifier)]);
        yield return known;
        var asked = new List<int>(joins.Length);
        var first = new List<int>(joins.Length);
        for (var i = 0; i < joins.Length; i++) (known.Reply[i] ? asked : first).Add(i);
        if (first.Count > 0)
        {
            var changes = first.ConvertAll(i => PointerRules.Join(null, new JoinRequest(Result, joins[i])));
            var register = new RegisterStep(
                [.. first.Select((i, n) => KeyValuePair.Create(joins[i].Identifier, changes[n]))]);
            yield return register;
            for (var n = 0; n < first.Count; n++)
            {
                if (register.Reply[n]) answers[first[n]] = changes[n].State.Reply();
                else asked.Add(first[n]);
            }
        }
        if (asked.Count > 0)
        {
            asked.Sort();
            var ask = new JoinStep([.. asked.Select(i => new JoinRequest(Result, joins[i]))]);
            yield return ask;
            for (var n = 0; n < asked.Count; n++) answers[asked[n]] = ask.Reply[n];
        }
        for (var i = 0; i < joins.Length; i++)
            yield return new LearnPointerStep(joins[i].Identifier, answers[i].View);
    }

    private bool MustMeet(OpenJoin join, JoinReply answer) =>
        answer.Home != Result && (answer.Unites || join.Member);

    /// <summary>
    /// Unites the home with the pointer's, where they must meet, and does what the pointer wants done.
    /// </summary>
    private IEnumerable<RouterStep> Meet(OpenJoin join, JoinReply answer)
    {
        if (MustMeet(join, answer))
        {
            var unite = new UniteRoutine(Result, answer.Home);
            foreach (var step in unite.Run()) yield return step;
            Result = unite.Result;
            if (Result < answer.Home)
            {
                yield return new RepointStep(join.Identifier, answer.Home, Result);
                yield return new LearnHomeStep([join.Identifier], Result);
            }
        }
        if (answer.ToDo.IsEmpty) yield break;
        var complete = new CompleteValueRoutine(
            join.Identifier, answer, CompleteValueRoutine.RoundsOnTheWay);
        foreach (var step in complete.Run()) yield return step;
    }
}
