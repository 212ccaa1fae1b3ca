using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

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

    /// <summary>Most joins that are asked, and confirmed by one entry, at a time.</summary>
    public const int MaxAtATime = 512;

    /// <summary>
    /// Confirms <paramref name="open"/> of <paramref name="home"/>, wherever that home moves meanwhile. Reply: the home
    /// that speaks for it in the end (<see cref="HomeId"/>).
    /// </summary>
    /// <param name="home">The home that holds them.</param>
    /// <param name="open">What is open.</param>
    /// <param name="reply">Where the driver leaves answers.</param>
    /// <exception cref="ProtocolLivelockException">Still open after <see cref="MaxRounds"/> rounds.</exception>
    public static IEnumerable<ProtocolStep> Run(HomeId home, ImmutableArray<OpenJoin> open, StepReply reply)
    {
        foreach (var some in open.Chunk(MaxAtATime))
        {
            foreach (var step in ConfirmSome(home, [.. some], reply)) yield return step;
            home = reply.As<HomeId>();
        }
        reply.Value = home;
    }

    private static IEnumerable<ProtocolStep> ConfirmSome(HomeId home, ImmutableArray<OpenJoin> open, StepReply reply)
    {
        for (var round = 0; !open.IsEmpty; round++)
        {
            if (round == MaxRounds) throw new ProtocolLivelockException(home, round);
            yield return new JoinStep(
                [.. open.Select(static join => join.Identifier)],
                [.. open.Select(join => new JoinRequest(home, join))]);
            var answers = reply.As<ImmutableArray<JoinReply>>();
            var confirmations = ImmutableArray.CreateBuilder<JoinConfirmation>(open.Length);
            for (var i = 0; i < open.Length; i++)
            {
                var (join, answer) = (open[i], answers[i]);
                if (answer.Home != home && (answer.Unites || join.Member))
                {
                    foreach (var step in UniteRoutine.Run(home, answer.Home, reply)) yield return step;
                    home = reply.As<HomeId>();
                    if (home < answer.Home) yield return new RepointStep(join.Identifier, answer.Home, home);
                }
                foreach (var step in SettleRoutine.Handle(join.Identifier, answer, SettleRoutine.RoundsOnTheWay, reply))
                    yield return step;
                confirmations.Add(new JoinConfirmation(
                    join.Identifier, join.Member, join.Carrier, answer.Epoch, answer.Inert, join.Report));
            }
            foreach (var step in ConfirmRoutine.Run(home, confirmations.DrainToImmutable(), reply)) yield return step;
            (home, open) = reply.As<(HomeId, ImmutableArray<OpenJoin>)>();
        }
        reply.Value = home;
    }
}
