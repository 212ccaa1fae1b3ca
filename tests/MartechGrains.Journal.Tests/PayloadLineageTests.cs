using System.Collections.Immutable;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class PayloadLineageTests : IDisposable
{
    private static readonly Identifier User = new("user_id", "ada");

    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_lineage_of_an_event_comes_back_in_its_order_whether_its_names_have_numbers_or_not()
    {
        ImmutableArray<SourceField> lineage =
        [
            new("event_time", "timestamp"), new("fact.class", "event"), new("trait.plan", "traits.plan"),
            new("identifier.user_id", "userId"), new("identifier.loyalty_card", "identifiers[1]"),
            new("identifier.email", "properties.contact"), new("identifier.email", "identifiers[7]"),
            new("event_id", "messageId"),
        ];
        var (row, (raw, fields)) = WriteAndOpen(lineage);
        Assert.Equal(lineage.AsEnumerable(), fields);
        Assert.Equal("raw", Encoding.UTF8.GetString(raw.Span));
        Assert.Equal(HashChain.Next(HashChain.Genesis(Home(1)), row.Entry.Span), row.Hash.ToArray());
    }

    /// <summary>Numbers are stored: whoever changes one changes what stored events say.</summary>
    [Fact]
    public void Names_keep_their_numbers()
    {
        var first = LineageNames.Decode(new() { Known = 0x100 });
        Assert.Equal(new SourceField("event_time", "timestamp"), first);
        Assert.Equal(new SourceField("fact.class", "event_class"), LineageNames.Decode(new() { Known = 0x31f }));
        Assert.Equal(
            new SourceField("identifier.customer_number", "identifiers[7]"),
            LineageNames.Decode(new() { Known = 0xf29 }));
        Assert.Throws<EntryFormatException>(() => LineageNames.Decode(new() { Known = 0x12a }));
        Assert.Throws<EntryFormatException>(() => LineageNames.Decode(new() { Known = 0x1000 }));
        Assert.Throws<EntryFormatException>(() => LineageNames.Decode(new() { Known = 0x01 }));
    }

    [Fact]
    public void The_usual_lineage_of_an_event_takes_less_than_forty_bytes()
    {
        ImmutableArray<SourceField> usual =
        [
            new("event_time", "event_time"), new("fact.channel", "channel"), new("fact.class", "event_class"),
            new("identifier.anonymous_id", "identifiers[0]"), new("identifier.user_id", "identifiers[1]"),
            new("event_id", "event_id"),
        ];
        var with = WriteAndOpen(usual).Row.Entry.Length;
        Assert.InRange(with - WriteAndOpen([]).Row.Entry.Length, 1, 40);
    }

    private (JournalRow Row, (ReadOnlyMemory<byte> Raw, ImmutableArray<SourceField> Fields) Payload) WriteAndOpen(
        ImmutableArray<SourceField> lineage)
    {
        var applied = new CanonicalEvent
        {
            Source = "shop",
            EventId = "e1",
            EventTime = new(1_700_000_000_000),
            Identifiers = [User],
            Fact = new Fact(EventClass.PageViewed, Channel.Web),
            Name = "page",
            SourceFields = lineage,
            CleaningVersion = 1,
            ContentHash = 7,
            Raw = Encoding.UTF8.GetBytes("raw"),
        };
        var row = new HomeCodec(Home(1), _key, RandomBlock.Fill)
            .Encode(new EventApplied(applied, [Key(1)], new(1_700_000_000_000), [], null));
        var reader = new HomeCodec(Home(1), _key, RandomBlock.Fill);
        reader.Decode(row);
        return (row, reader.OpenPayload(row));
    }
}
