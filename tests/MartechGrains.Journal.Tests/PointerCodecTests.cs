using System.Collections.Immutable;
using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class PointerCodecTests : IDisposable
{
    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);
    private readonly PointerCodec _codec;

    public PointerCodecTests() => _codec = new PointerCodec(_key, new Random(5).NextBytes);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_state_is_read_back_as_the_next_version()
    {
        var state = Full();
        var write = _codec.NextWrite(Key(1), new PointerChange(state, []));
        var read = _codec.Decode(write.Row);
        Assert.Equal(8, write.Row.Version);
        Assert.Equal(state.Carriers.Keys, read.Carriers.Keys);
        foreach (var (home, carrier) in state.Carriers) AssertSame(carrier, read.Carriers[home]);
        Assert.Equal(state.Decisions, read.Decisions);
        // Records compare collections by reference: the two were compared above.
        Assert.Equal(
            state with { Version = 8, Carriers = read.Carriers, Decisions = read.Decisions }, read);
    }

    [Fact]
    public void Flags_tell_what_routers_and_the_sweep_ask_for()
    {
        Assert.Equal(PointerFlags.None, Flags(PointerState.RegisteredWith(Home(1))));
        Assert.Equal(PointerFlags.Inert, Flags(PointerState.RegisteredWith(Home(1)) with { Inert = true }));
        Assert.Equal(
            PointerFlags.Unsettled, Flags(PointerState.RegisteredWith(Home(1)) with { TellHome = true }));

        PointerFlags Flags(PointerState state) =>
            _codec.NextWrite(Key(1), new PointerChange(state, [])).Row.Flags;
    }

    [Fact]
    public void Spilled_carriers_are_rows_of_their_own_and_those_that_moved_are_settled()
    {
        var carrier = new Carrier(3, 9, [new Neighbour("user_id", Key(4))], 2);
        var write = _codec.NextWrite(Key(1), new PointerChange(
            PointerState.RegisteredWith(Home(1)), [new(Home(2), carrier), new(Home(3), Carrier.Moved)]));
        Assert.Equal(2, write.Carriers.Length);
        Assert.Equal((Key(1), Home(2), 2L), (write.Carriers[0].Identifier, write.Carriers[0].Home,
            write.Carriers[0].Handled));
        AssertSame(carrier, PointerCodec.Decode(write.Carriers[0]));
        Assert.Equal(CarrierRow.Completed, write.Carriers[1].Handled);
        Assert.True(PointerCodec.Decode(write.Carriers[1]).IsSuperseded);
    }

    [Fact]
    public void What_operators_wrote_is_sealed_and_a_change_of_it_is_refused()
    {
        var row = _codec.NextWrite(Key(1), new PointerChange(Full(), [])).Row;
        Assert.DoesNotContain("shared kiosk", Encoding.Latin1.GetString(row.State.Span), StringComparison.Ordinal);
        using var other = new DeploymentKey([.. Enumerable.Repeat((byte)9, DeploymentKey.KeySize)]);
        Assert.Throws<EntryFormatException>(
            () => new PointerCodec(other, new Random(5).NextBytes).Decode(row));
        Assert.Throws<EntryFormatException>(() => _codec.Decode(row with { Identifier = Key(2) }));
    }

    private static PointerState Full() => new()
    {
        Version = 7,
        Home = Home(1),
        Epoch = 3,
        Inert = true,
        Uniting = true,
        CarrierEpoch = 3,
        TellHome = true,
        Rule = new ValueRule(4, 10, true),
        OverThreshold = true,
        JudgedVersion = 2,
        Uncounted = true,
        HasSpilled = true,
        SpilledToDo = true,
        Live = 19,
        Behind = 2,
        Carriers = ImmutableSortedDictionary.CreateRange(
        [
            KeyValuePair.Create(Home(2), new Carrier(
                4, 12, [new Neighbour("email", Key(3)), new Neighbour("user_id", Key(2))], 3)),
            KeyValuePair.Create(Home(5), Carrier.Moved),
        ]),
        Decisions = ImmutableSortedDictionary.CreateRange(new[]
        {
            new LinkableDecision(DecisionId.Of("one"), new OperatorAct("ann", "no shared kiosk", new(17)), null),
            new LinkableDecision(
                DecisionId.Of("two"), new OperatorAct("ann", "", new(18)), new OperatorAct("bob", "mistaken", new(19))),
        }.Select(decision => KeyValuePair.Create(decision.Id, decision))),
    };

    private static void AssertSame(Carrier expected, Carrier actual)
    {
        Assert.Equal(expected.Neighbours.AsEnumerable(), actual.Neighbours.AsEnumerable());
        Assert.Equal(expected with { Neighbours = actual.Neighbours }, actual);
    }
}
