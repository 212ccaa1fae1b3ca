using System.Diagnostics.CodeAnalysis;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class EntryTimeTests
{
    private static readonly Gen<(int Seed, int Length)> Any = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 70]);

    [Fact]
    public void No_entry_is_written_with_a_time_before_those_ahead_of_it_though_clocks_go_back() => Any.Sample(
        static (seed, length) =>
        {
            var history = HomeHistory.Of(seed, length);
            var newest = default(IngestTime);
            for (var i = 0; i < history.Entries.Count; i++)
            {
                var (entry, absorbed) = history.Entries[i];
                Assert.True(entry.At >= IngestTime.Max(newest, new(1)));
                foreach (var brought in absorbed?.Events ?? [])
                    Assert.True(brought.At >= new IngestTime(1) && brought.At <= entry.At);
                newest = entry.At;
                Assert.Equal(newest, history.Fold(i + 1).NewestTime);
            }
        },
        iter: 200);

    [Fact]
    public void A_move_is_written_with_the_times_at_which_it_begins_and_ends()
    {
        var machine = new HomeMachine(HomeHistory.Home(7));
        var entries = new List<HomeEntry>();
        Run(machine, machine.Activate(), now: 40, entries);
        Run(machine, machine.TakeTurn(new OneMessage(HomeHistory.Home(3))), now: 40, entries);
        // The clock stood behind the home's newest entry when it began.
        Assert.Equal(
            [new HomeMoving(HomeHistory.Home(3), At: new(50)), new HomeMoved(HomeHistory.Home(3), At: new(60))],
            entries);
    }

    [Fact]
    public void A_home_takes_in_nothing_before_it_was_written()
    {
        var (winner, loser) = (
            new HomeState(HomeHistory.Home(3), HomeHistory.Policies),
            new HomeState(HomeHistory.Home(7), HomeHistory.Policies));
        loser.Fold(new HomeMoving(winner.Id, At: new(90)));
        var entry = HomeRules.Absorb(winner, loser, head: 1, [], now: new(80));
        Assert.Equal(new HomeAbsorbed(loser.Id, 1, At: new(90)), entry);
        winner.Fold(entry, new AbsorbedHome(loser, []));
        Assert.Equal(new(90), winner.NewestTime);
        Assert.Equal(new(90), HomeRules.Confirm(winner, [], now: new(81)).At);
    }

    private static void Run(
        HomeMachine machine, IEnumerable<HomeEffect> effects, long now, List<HomeEntry> appended)
    {
        machine.Observe(new HomeSurroundings(new(now), HomeHistory.Policies, HoldsLease: true));
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ReadRowsEffect read:
                    read.Reply = [new JoinsConfirmed([], At: new(50))];
                    break;
                case AppendEffect append:
                    appended.AddRange(append.Entries);
                    break;
                case AbsorbEffect absorb:
                    absorb.Reply = new AbsorbReply(AbsorbedAnswer.Yes, default);
                    machine.Observe(new HomeSurroundings(new(60), HomeHistory.Policies, HoldsLease: true));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>An inbox in which a home is asked to move.</summary>
    private sealed class OneMessage : IInbox, IReplyTo<HomeId>
    {
        private Message? _message;

        public OneMessage(HomeId winner) => _message = new MoveMessage(this, winner);

        public bool TryPeek([NotNullWhen(true)] out Message? message) => (message = _message) is not null;

        public Message Take()
        {
            var message = _message!;
            _message = null;
            return message;
        }

        public void Answer(HomeId reply)
        {
        }

        public void Refuse(Refusal refusal) => Assert.Fail($"{refusal}");

        public void Fail(Exception error) => Assert.Fail(error.Message);
    }
}
