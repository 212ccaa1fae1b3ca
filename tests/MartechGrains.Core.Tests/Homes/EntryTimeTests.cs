using CsCheck;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
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
            var newest = 0L;
            for (var i = 0; i < history.Entries.Count; i++)
            {
                var (entry, absorbed) = history.Entries[i];
                Assert.InRange(entry.At, Math.Max(newest, 1), long.MaxValue);
                foreach (var brought in absorbed?.Events ?? []) Assert.InRange(brought.At, 1, entry.At);
                newest = entry.At;
                Assert.Equal(newest, history.Fold(i + 1).NewestTime);
            }
        },
        iter: 200);

    [Fact]
    public void A_move_is_written_with_the_times_at_which_it_begins_and_ends()
    {
        var home = new HomeState(HomeHistory.Home(7), HomeHistory.Policies);
        home.Fold(new JoinsConfirmed([], At: 50));
        var reply = new StepReply { Now = 40 };
        var entries = new List<HomeEntry>();
        foreach (var step in MoveRoutine.Run(home, HomeHistory.Home(3), reply))
        {
            foreach (var entry in (step as AppendStep)?.Entries ?? [])
            {
                home.Fold(entry);
                entries.Add(entry);
            }
            if (step is AbsorbStep) (reply.Value, reply.Now) = (new AbsorbReply(AbsorbedAnswer.Yes, default), 60);
        }
        // The clock stood behind the home's newest entry when it began.
        Assert.Equal(
            [new HomeMoving(HomeHistory.Home(3), At: 50), new HomeMoved(HomeHistory.Home(3), At: 60)], entries);
    }

    [Fact]
    public void A_home_takes_in_nothing_before_it_was_written()
    {
        var (winner, loser) = (
            new HomeState(HomeHistory.Home(3), HomeHistory.Policies),
            new HomeState(HomeHistory.Home(7), HomeHistory.Policies));
        loser.Fold(new HomeMoving(winner.Id, At: 90));
        var entry = HomeRules.Absorb(winner, loser, head: 1, now: 80);
        Assert.Equal(new HomeAbsorbed(loser.Id, 1, At: 90), entry);
        winner.Fold(entry, new AbsorbedHome(loser, []));
        Assert.Equal(90, winner.NewestTime);
        Assert.Equal(90, HomeRules.Confirm(winner, [], now: 81).At);
    }
}
