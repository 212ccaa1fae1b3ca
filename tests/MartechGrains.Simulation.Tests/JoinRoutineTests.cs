using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using Xunit;

namespace MartechGrains.Simulation.Tests;

public sealed class JoinRoutineTests
{
    private static readonly HomeId Home = new(new IdentifierKey(1));

    [Fact]
    public void A_home_of_very_many_open_joins_asks_and_confirms_them_in_parts()
    {
        const int count = (2 * JoinRoutine.MaxAtATime) + 7;
        ImmutableArray<OpenJoin> open =
        [
            .. Enumerable.Range(2, count).Select(static number => new OpenJoin(
                new IdentifierKey((ulong)number), Member: true, Carrier: false, Report: null,
                new ValueRule(1, null, false))),
        ];
        var registered = new JoinReply(Home, 0, Inert: false, Uniting: false, []);
        var asked = new List<int>();
        var confirmed = new List<IdentifierKey>();
        var routine = new JoinRoutine(Home, open);
        foreach (var step in routine.Run())
        {
            switch (step)
            {
                case AreKnownStep known:
                    known.Reply = [.. known.Identifiers.Select(static _ => true)];
                    break;
                case JoinStep join:
                    asked.Add(join.Requests.Length);
                    join.Reply = [.. join.Requests.Select(_ => registered)];
                    break;
                case ConfirmStep confirm:
                    confirmed.AddRange(confirm.Confirmations.Select(static one => one.Identifier));
                    confirm.Reply = new ConfirmReply(default, []);
                    break;
                case LearnPointerStep:
                    break;
                default:
                    Assert.Fail($"{step.GetType().Name} was not expected.");
                    break;
            }
        }

        Assert.Equal([JoinRoutine.MaxAtATime, JoinRoutine.MaxAtATime, 7], asked);
        Assert.Equal(open.Select(static join => join.Identifier), confirmed);
        Assert.Equal(Home, routine.Result);
    }
}
