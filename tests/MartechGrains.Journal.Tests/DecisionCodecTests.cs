using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class DecisionCodecTests : IDisposable
{
    private static readonly (Identifier Name, IdentifierKey Key)[] People =
    [
        (new Identifier("user_id", "Ada"), Key(3)), (new Identifier("email", "ada@example.com"), Key(9)),
        (new Identifier("phone", "+4312345"), Key(1)),
    ];

    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);
    private readonly HomeCodec _codec;

    public DecisionCodecTests() => _codec = NewCodec();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_decision_keeps_the_order_in_which_it_names_identifiers()
    {
        var decision = Link(DecisionKind.CannotLink, "one", 0, 1, 2);
        var entry = new DecisionTaken(
            decision, new(20), [new JoinItem(Key(9), JoinKind.Member), new JoinItem(Key(3), JoinKind.Carrier)], 4);
        var undone = new DecisionTaken(decision with { Undone = new OperatorAct("bob", "undo", new(30)) }, new(31), []);
        var rows = new[] { _codec.Encode(entry), _codec.Encode(undone) };
        var reader = NewCodec();
        AssertSame(entry, Assert.IsType<DecisionTaken>(reader.Decode(rows[0])));
        AssertSame(undone, Assert.IsType<DecisionTaken>(reader.Decode(rows[1])));
        Assert.False(rows[0].WrappedKey.IsEmpty);
        Assert.True(rows[1].WrappedKey.IsEmpty);
    }

    [Fact]
    public void A_retraction_shares_the_group_of_its_events()
    {
        var decision = new Decision(
            DecisionId.Of("r"), DecisionKind.Retraction, [People[1].Name, People[0].Name], [Key(9), Key(3)],
            "web", "e1", new OperatorAct("ann", "test data", new(10)));
        var link = Link(DecisionKind.MustLink, "one", 0, 1);
        var rows = new[] { _codec.Encode(new DecisionTaken(decision, new(20), [])), _codec.Encode(
            new DecisionTaken(link, new(21), [])) };
        Assert.True(rows[1].WrappedKey.IsEmpty);
        var reader = NewCodec();
        var read = Assert.IsType<DecisionTaken>(reader.Decode(rows[0]));
        AssertSame(new DecisionTaken(decision, new(20), []), read);
        AssertSame(new DecisionTaken(link, new(21), []), Assert.IsType<DecisionTaken>(reader.Decode(rows[1])));
    }

    [Fact]
    public void An_adopted_policy_version_is_read_back()
    {
        var row = _codec.Encode(new PolicyAdopted(7, At: new(20)));
        Assert.Equal(new PolicyAdopted(7, At: new(20)), NewCodec().Decode(row));
    }

    [Fact]
    public void A_decision_shows_neither_identifiers_nor_what_operators_wrote()
    {
        var row = _codec.Encode(new DecisionTaken(Link(DecisionKind.MustLink, "one", 0, 1), new(20), []));
        var text = Encoding.Latin1.GetString(row.Entry.Span);
        foreach (var secret in (string[])["Ada", "@example", "user_id", "ann", "same household"])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listed_decision_is_read_back_from_its_row_alone()
    {
        var codec = new DecisionCodec(_key, new Random(5).NextBytes);
        var decision = new OperatorDecision(
            DecisionId.Of("one"), OperatorDecisionKind.Unmerge, [People[0].Name, People[1].Name], "web", "e1",
            new OperatorAct("ann", "no such couple", new(17)), new OperatorAct("bob", "", new(18)), 3);
        var row = codec.Encode(decision, 4, unfinished: true);
        Assert.Equal((decision.Id, 4, new IngestTime(17), true), (row.Id, row.Version, row.At, row.Unfinished));
        var read = codec.Decode(row);
        Assert.Equal(decision.Identifiers.AsEnumerable(), read.Identifiers.AsEnumerable());
        Assert.Equal(decision, read with { Identifiers = decision.Identifiers });
        Assert.DoesNotContain("ann", Encoding.Latin1.GetString(row.State.Span), StringComparison.Ordinal);
        Assert.Throws<EntryFormatException>(() => codec.Decode(row with { Id = DecisionId.Of("two") }));
        Assert.Throws<EntryFormatException>(() => codec.Decode(row with { State = row.State[..10] }));
    }

    private static Decision Link(DecisionKind kind, string id, params int[] people) => new(
        DecisionId.Of(id), kind, [.. people.Select(i => People[i].Name)], [.. people.Select(i => People[i].Key)],
        "", "", new OperatorAct("ann", "same household", new(10)));

    private static void AssertSame(DecisionTaken expected, DecisionTaken actual)
    {
        Assert.Equal(expected.Decision.Identifiers.AsEnumerable(), actual.Decision.Identifiers.AsEnumerable());
        Assert.Equal(expected.Decision.Keys.AsEnumerable(), actual.Decision.Keys.AsEnumerable());
        Assert.Equal(expected.Opened.AsEnumerable(), actual.Opened.AsEnumerable());
        var same = expected.Decision with
        {
            Identifiers = actual.Decision.Identifiers,
            Keys = actual.Decision.Keys,
        };
        Assert.Equal(expected with { Decision = same, Opened = actual.Opened }, actual);
    }

    private HomeCodec NewCodec() => new(Home(1), _key, new Random(5).NextBytes);
}
