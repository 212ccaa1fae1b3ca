using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests.Stored;

/// <summary>A journal with an entry of every kind there is.</summary>
internal static class EveryKind
{
    private static readonly (Identifier Name, IdentifierKey Key) Email =
        (new Identifier("email", "ada@example.com"), Key(9));

    private static readonly (Identifier Name, IdentifierKey Key) User = (new Identifier("user_id", "Ada"), Key(3));

    /// <summary>The entries, in the order of their rows.</summary>
    public static ImmutableArray<HomeEntry> Entries =>
    [
        new JoinsConfirmed(
            [
                new JoinConfirmation(User.Key, true, false, 0, false, null),
                new JoinConfirmation(
                    Email.Key, false, true, 3, true,
                    new NeighbourReport(Home(1), 2, [new Neighbour("user_id", User.Key)], [Home(7)])),
            ],
            After(0)),
        new EventApplied(
            Event("1"), [Email.Key, User.Key], After(1),
            [new JoinItem(Email.Key, JoinKind.Carrier), new JoinItem(User.Key, JoinKind.Member)],
            new ProfileId(User.Key), 4),
        new JoinsConfirmed([new JoinConfirmation(User.Key, true, false, 0, false, null)], After(2)),
        new EventApplied(Event("2"), [Email.Key, User.Key], After(3), [], new ProfileId(User.Key)),
        new DecisionTaken(
            new Decision(
                DecisionId.Of("apart"), DecisionKind.CannotLink, [User.Name, Email.Name], [User.Key, Email.Key], "", "",
                new OperatorAct("ann", "two people", After(0))),
            After(4), [new JoinItem(User.Key, JoinKind.Member)]),
        new IdentityChanged(
            [
                new IdentityChange(
                    IdentityChangeKind.Split, new ProfileId(User.Key), [new ProfileId(Email.Key)],
                    new IdentityCause(IdentityCauseKind.Decision, Decision: DecisionId.Of("apart"))),
            ],
            After(5)),
        new PolicyAdopted(7, After(6)),
        new HomeAbsorbed(Home(12), 5, After(7)),
        new HomeMoving(Home(0), After(8)),
        new HomeMoved(Home(0), After(9)),
    ];

    /// <summary>The rows that commit c3ec537, whose entries had no time of their own, made of them.</summary>
    public static ImmutableArray<JournalRow> RowsOfBefore { get; } = ReadRows();

    /// <summary>So many seconds after the first entry was written; each that follows it came a second later.</summary>
    public static IngestTime After(int seconds) => new(1_790_000_000_000 + (seconds * 1_000L));

    private static ImmutableArray<JournalRow> ReadRows()
    {
        using var file = typeof(EveryKind).Assembly.GetManifestResourceStream("c3ec537.rows")!;
        using var reader = new StreamReader(file);
        var rows = ImmutableArray.CreateBuilder<JournalRow>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            rows.Add(new JournalRow(
                Home(1), int.Parse(fields[0], CultureInfo.InvariantCulture),
                byte.Parse(fields[1], CultureInfo.InvariantCulture), Convert.FromHexString(fields[2]),
                Convert.FromHexString(fields[3]),
                fields.Length > 4 ? Convert.FromHexString(fields[4]) : default(ReadOnlyMemory<byte>)));
        }
        return rows.ToImmutable();
    }

    private static CanonicalEvent Event(string id) => new()
    {
        Source = "web",
        EventId = id,
        EventTime = new(1_700_000_000_000),
        Identifiers = [Email.Name, User.Name],
        Fact = new Fact(EventClass.OrderCompleted, Channel.Web, 1, 1250, "EUR"),
        Name = "Order Completed",
        SourceFields = [new SourceField("event_time", "timestamp"), new SourceField("trait.plan", "traits.plan")],
        Traits = [new TraitValue("plan", "\"gold\"")],
        Consents = [new ConsentStatement("ads", true)],
        CleaningVersion = 2,
        ContentHash = 1,
        Raw = Encoding.UTF8.GetBytes($"raw {id}"),
    };
}
