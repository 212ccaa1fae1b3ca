using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;

namespace MartechGrains.Core.Protocol;

/// <summary>
/// Confirms a home's open joins at their pointers, and unites homes that must meet. The router runs it after the
/// commit and before the acknowledgement; readers and the sweep run it for joins that a crash left open.
/// </summary>
public static class JoinRoutine
{
    /// <summary>
    /// Most rounds of one run: each answers what the last reopened. Beyond it the caller's producer tries again.
    /// </summary>
    public const int MaxRounds = 64;

    /// <summary>
    /// Confirms <paramref name="open"/> of <paramref name="home"/>, wherever that home moves meanwhile.
    /// </summary>
    /// <param name="home">The home that holds them.</param>
    /// <param name="open">What is open.</param>
    /// <param name="policyVersion">The policy version under which the home reports.</param>
    /// <param name="reply">Where the driver leaves answers.</param>
    /// <exception cref="ProtocolLivelockException">Still open after <see cref="MaxRounds"/> rounds.</exception>
    public static IEnumerable<ProtocolStep> Run(
        HomeId home, ImmutableArray<OpenJoin> open, int policyVersion, StepReply reply)
    {
        for (var round = 0; !open.IsEmpty; round++)
        {
            if (round == MaxRounds) throw new ProtocolLivelockException(home, round);
            yield return new JoinStep(
                [.. open.Select(static join => join.Identifier)],
                [.. open.Select(join => new JoinRequest(home, join, policyVersion))]);
            var answers = reply.As<ImmutableArray<JoinReply>>();
            var confirmations = ImmutableArray.CreateBuilder<JoinConfirmation>(open.Length);
            for (var i = 0; i < open.Length; i++)
            {
                var (join, answer) = (open[i], answers[i]);
                if (answer.Home != home && (!answer.Generic || join.Member))
                {
                    foreach (var step in Unite(home, answer.Home, reply)) yield return step;
                    home = reply.As<HomeId>();
                    if (home < answer.Home) yield return new RepointStep(join.Identifier, answer.Home, home);
                }
                foreach (var step in TellCarriers(join.Identifier, answer, reply)) yield return step;
                confirmations.Add(new JoinConfirmation(
                    join.Identifier, join.Member, join.Carrier, answer.Epoch, answer.Generic, join.Report));
            }
            foreach (var step in Confirm(home, confirmations.DrainToImmutable(), reply)) yield return step;
            (home, open) = reply.As<(HomeId, ImmutableArray<OpenJoin>)>();
        }
    }

    /// <summary>
    /// Unites two homes: the larger id moves into the smaller, again and again until they are one. Reply: the home both
    /// are in.
    /// </summary>
    public static IEnumerable<ProtocolStep> Unite(HomeId first, HomeId second, StepReply reply)
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

    /// <summary>
    /// Tells every carrier of a value that it has turned generic, then the value's grain that they know.
    /// </summary>
    public static IEnumerable<ProtocolStep> TellCarriers(IdentifierKey key, JoinReply answer, StepReply reply)
    {
        foreach (var carrier in answer.ToDo)
        {
            var news = new JoinConfirmation(key, false, false, answer.Epoch, answer.Generic, null);
            foreach (var step in Confirm(carrier, [news], reply)) yield return step;
            yield return new NotifiedStep(key, carrier, answer.Epoch);
        }
    }

    /// <summary>
    /// Gives confirmations to the home that now speaks for <paramref name="home"/>. Reply: (that home, what is still
    /// open).
    /// </summary>
    private static IEnumerable<ProtocolStep> Confirm(
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
            if (answer.Gate.Standing == HomeStanding.Moving)
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
