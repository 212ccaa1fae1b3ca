using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public class JoinLedgerTests
{
    private static readonly IdentifierKey Key = new(12);
    private static readonly HomeId Home = new(new IdentifierKey(34));

    [Fact]
    public void A_join_that_reads_wait_for_and_an_absorbed_home_has_confirmed_is_waited_for_no_longer()
    {
        var waiting = Open();
        waiting.MarkRecovered();
        Assert.Equal([Key], waiting.Recovered);
        var loser = Open();
        loser.Confirm(new JoinConfirmation(Key, Member: true, Carrier: false, 0, false, null), Home);

        waiting.Absorb(new HomeId(new IdentifierKey(56)), loser);

        Assert.Empty(waiting.OpenIdentifiers());
        Assert.Empty(waiting.Recovered);
    }

    [Fact]
    public void A_carrier_join_is_waited_for_no_longer_where_a_member_join_is_confirmed()
    {
        var ledger = new JoinLedger();
        ledger.Open([new JoinItem(Key, JoinKind.Carrier)]);
        var loser = Open();
        loser.Confirm(new JoinConfirmation(Key, Member: true, Carrier: false, 0, false, null), Home);

        ledger.Absorb(new HomeId(new IdentifierKey(56)), loser);

        Assert.False(ledger.IsUnconfirmed(Key));
    }

    [Fact]
    public void What_one_report_cannot_name_of_moved_homes_the_next_one_does()
    {
        var ledger = new JoinLedger();
        ledger.Carry(Key);
        for (ulong i = 1; i <= NeighbourReport.MaxSuperseded + 6; i++)
        {
            var loser = new JoinLedger();
            loser.Carry(Key);
            ledger.Absorb(new HomeId(new IdentifierKey(i)), loser);
        }
        ledger.Touch(Key, 9, [], force: true);

        var first = OpenReport(ledger)!;
        ledger.Confirm(new JoinConfirmation(Key, false, false, 0, false, first), Home);
        var second = OpenReport(ledger)!;
        ledger.Confirm(new JoinConfirmation(Key, false, false, 0, false, second), Home);

        Assert.Equal(NeighbourReport.MaxSuperseded, first.Superseded.Length);
        Assert.Equal(6, second.Superseded.Length);
        Assert.Empty(first.Superseded.Intersect(second.Superseded));
        Assert.Null(OpenReport(ledger));
    }

    private static NeighbourReport? OpenReport(JoinLedger ledger) =>
        ledger.OpenJoinOf(Key, Home, default, static _ => [])?.Report;

    private static JoinLedger Open()
    {
        var ledger = new JoinLedger();
        ledger.Open([new JoinItem(Key, JoinKind.Member)]);
        return ledger;
    }
}
