using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using Xunit;

namespace MartechGrains.Core.Tests.Profiles;

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

        waiting.Absorb(loser);

        Assert.Empty(waiting.OpenIdentifiers());
        Assert.Empty(waiting.Recovered);
    }

    private static JoinLedger Open()
    {
        var ledger = new JoinLedger();
        ledger.Open([new JoinItem(Key, JoinKind.Member)]);
        return ledger;
    }
}
