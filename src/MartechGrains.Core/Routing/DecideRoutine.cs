using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Gives decisions to a home, and confirms what they opened until nothing of theirs is open. Result: how many of them
/// said more than was known there.
/// </summary>
/// <param name="target">The home.</param>
/// <param name="decisions">The decisions.</param>
public sealed class DecideRoutine(HomeId target, ImmutableArray<RoutedDecision> decisions)
    : Routine<RouterStep, int>
{
    /// <inheritdoc/>
    /// <exception cref="ProtocolLivelockException">
    /// Something is still open after <see cref="JoinRoutine.MaxRounds"/> rounds.
    /// </exception>
    public override IEnumerable<RouterStep> Run()
    {
        var decide = new DecideStep(target, decisions);
        var send = new SendRoutine<DecideReply>(decide);
        foreach (var step in send.Run()) yield return step;
        ImmutableArray<IdentifierKey> keys = [.. decisions.SelectMany(static one => one.Decision.Keys).Distinct()];
        var (home, open) = (send.Result, decide.Reply!.Open);
        for (var round = 0; !open.IsEmpty; round++)
        {
            if (round == JoinRoutine.MaxRounds) throw new ProtocolLivelockException(home, round);
            var join = new JoinRoutine(home, open);
            foreach (var step in join.Run()) yield return step;
            // After a union others may be open there.
            var ask = new OpenJoinsStep(join.Result, keys);
            var rest = new SendRoutine<ConfirmReply>(ask);
            foreach (var step in rest.Run()) yield return step;
            (home, open) = (rest.Result, ask.Reply!.Open);
        }
        Result = decide.Reply.News;
    }
}
