using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class HomeCodecTests : IDisposable
{
    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);
    private readonly Random _random = new(5);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Consent_comes_back_from_the_first_event_of_a_group_and_from_later_ones()
    {
        var events = (EventApplied[])
        [
            Applied("1", new("ads", true), new("mail", false)), Applied("2"),
            Applied("3", new ConsentStatement("ads", false)),
        ];
        var (writer, reader) = (Codec(), Codec());
        foreach (var written in events)
        {
            var read = Assert.IsType<EventApplied>(reader.Decode(writer.Encode(written)));
            Assert.Equal(written.Event.Consents.AsEnumerable(), read.Event.Consents);
            Assert.Equal(written.Event.EventId, read.Event.EventId);
        }
    }

    [Fact]
    public void Consent_is_sealed()
    {
        var row = Codec().Encode(Applied("1", new ConsentStatement("secret.purpose", true)));
        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(row.Entry.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_knows_no_consent_refuses_entries_that_have_any_and_no_others()
    {
        // The first field of an entry is the oldest reader that understands it; what all understand leaves it out.
        byte[] secondReader = [1 << 3, 2];
        Assert.Equal(secondReader, Codec().Encode(Applied("1", new ConsentStatement("ads", true))).Entry.Span[..2]);
        Assert.NotEqual(secondReader[0], Codec().Encode(Applied("1")).Entry.Span[0]);
    }

    [Fact]
    public void What_a_union_settled_comes_back_and_readers_that_do_not_know_it_refuse_it()
    {
        var absorbed = new HomeAbsorbed(Home(2), 5, new(9));
        var settling = absorbed with
        {
            Settled = [new SettledEvent(Event(1), 7, ulong.MaxValue), new SettledEvent(Event(2), 0, 3)],
        };
        var (writer, reader) = (Codec(), Codec());
        var plain = writer.Encode(absorbed);
        var row = writer.Encode(settling);
        Assert.Equal(absorbed, Assert.IsType<HomeAbsorbed>(reader.Decode(plain)));
        var read = Assert.IsType<HomeAbsorbed>(reader.Decode(row));
        Assert.Equal(settling.Settled.AsEnumerable(), read.Settled);
        Assert.Equal((settling.Loser, settling.Head, settling.At), (read.Loser, read.Head, read.At));
        byte[] thirdReader = [1 << 3, 3];
        Assert.Equal(thirdReader, row.Entry.Span[..2]);
        Assert.NotEqual(thirdReader[0], plain.Entry.Span[0]);
    }

    private HomeCodec Codec() => new(Home(1), _key, span => _random.NextBytes(span));

    private static EventApplied Applied(string id, params ConsentStatement[] consents) => new(
        new CanonicalEvent
        {
            Source = "web",
            EventId = id,
            EventTime = new(1_700_000_000_000),
            Identifiers = [new Identifier("user_id", "Ada")],
            Fact = new Fact(EventClass.Other, Channel.Web),
            Name = "Preferences Updated",
            Consents = [.. consents],
            CleaningVersion = EventCleaning.Version,
            ContentHash = 1,
            Raw = default, // A payload asks for a newer reader by itself.
        },
        [Key(1)], new(1_800_000_000_000), []);
}
