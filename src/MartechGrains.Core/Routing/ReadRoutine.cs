using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Finds the view of the home that speaks for an identifier, and completes first what a crash left open there. Result:
/// the view; null where nothing is known of the identifier.
/// </summary>
/// <param name="identifier">The identifier.</param>
public sealed class ReadRoutine(IdentifierKey identifier) : Routine<RouterStep, HomeView?>
{
    /// <summary>Most homes a lookup is sent on to, and most times it completes what a crash left open.</summary>
    public const int MaxHops = 64;

    /// <inheritdoc/>
    /// <exception cref="ProtocolLivelockException">It was sent on <see cref="MaxHops"/> times.</exception>
    public override IEnumerable<RouterStep> Run()
    {
        var find = new FindPointersStep([identifier]);
        yield return find;
        if (!find.Reply!.TryGetValue(identifier, out var pointer) || pointer.Home is not { } home) yield break;
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var read = new ReadStep(home);
            yield return read;
            if (read.Reply!.View is { } view)
            {
                if (hop > 0) yield return new LearnHomeStep([identifier], home);
                Result = view;
                yield break;
            }
            if (read.Reply.MovedTo is { } moved)
            {
                home = moved;
                continue;
            }
            var join = new JoinRoutine(home, read.Reply.Unfinished);
            foreach (var step in join.Run()) yield return step;
        }
        throw new ProtocolLivelockException(home, MaxHops);
    }
}
