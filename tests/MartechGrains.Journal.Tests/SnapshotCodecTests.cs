using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class SnapshotCodecTests : IDisposable
{
    private const int LargeTrait = 900_000;

    private static readonly IdentityPolicy Policy = new(4,
    [
        new NamespacePolicy { Name = "user_id", Priority = 1, MaxPerProfile = 1 },
        new NamespacePolicy { Name = "email", Priority = 2, GenericAfter = 3 },
    ]);

    private static readonly IdentityPolicies Policies = new(Policy);

    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);
    private readonly Random _random = new(11);
    private readonly List<byte[]> _drawn = [];
    private readonly List<JournalRow> _rows = [];
    private readonly HomeState _state = new(Home(1), Policies);
    private readonly HomeCodec _codec;

    public SnapshotCodecTests() => _codec = new HomeCodec(Home(1), _key, Fill);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_codec_read_back_goes_on_after_its_row_as_if_it_had_read_all()
    {
        AddEvents(10);
        Add(new JoinsConfirmed(
            [new JoinConfirmation(Key(1), true, false, 1, false, null)], new(1_800_000_000_010)));
        var snapshot = Snapshot();
        AddEvents(12, from: 10);
        var (state, codec) = Read(snapshot)!.Value;
        Assert.Equal(11, codec.Seq);
        Assert.True(codec.EndsWith(_rows[10]));
        Assert.False(codec.EndsWith(_rows[9]));
        Assert.False(codec.EndsWith(_rows[10] with { Hash = _rows[9].Hash }));
        foreach (var row in _rows.Skip(11)) state.Fold(codec.Decode(row));
        Assert.Equal(Bytes(_state), Bytes(state));
        var (raw, _) = codec.OpenPayload(_rows[0]);
        Assert.Equal("raw 0", Encoding.UTF8.GetString(raw.Span));
        // What it writes continues the chain, in the groups founded before and after the snapshot.
        var next = codec.Encode(Event(22));
        Assert.Equal("22", Assert.IsType<EventApplied>(_codec.Decode(next)).Event.EventId);
        Assert.True(next.WrappedKey.IsEmpty);
    }

    [Fact]
    public void It_shows_no_personal_data_and_no_data_key()
    {
        AddEvents(20);
        var snapshot = Snapshot();
        var text = Encoding.Latin1.GetString(snapshot.Data.Span);
        foreach (var secret in (string[])["@example", "user_id", "gold", "Ada", "ads.secret"])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        var dataKeys = _drawn.Where(static bytes => bytes.Length == DeploymentKey.KeySize).ToArray();
        Assert.Equal(4, dataKeys.Length);
        foreach (var key in dataKeys) Assert.Equal(-1, snapshot.Data.Span.IndexOf(key));
    }

    [Fact]
    public void A_change_of_any_byte_a_cut_and_what_is_sealed_for_others_are_refused()
    {
        AddEvents(6);
        var snapshot = Snapshot();
        for (var i = 0; i < snapshot.Data.Length; i++)
        {
            var changed = snapshot.Data.ToArray();
            changed[i] ^= 1;
            Refused(snapshot with { Data = changed });
            Refused(snapshot with { Data = snapshot.Data[..i] });
        }
        Refused(snapshot with { Data = (byte[])[.. snapshot.Data.Span, 0] });
        Refused(snapshot with { Home = Home(2) });
        Refused(snapshot with { Seq = snapshot.Seq - 1 });
        using var other = new DeploymentKey([.. Enumerable.Repeat((byte)9, DeploymentKey.KeySize)]);
        Assert.Throws<EntryFormatException>(() => SnapshotCodec.Read(snapshot, Policies, other, Fill));
    }

    [Fact]
    public void One_of_another_format_is_left_alone_and_one_of_an_older_policy_is_not()
    {
        AddEvents(3);
        var snapshot = Snapshot();
        Assert.NotNull(Read(snapshot));
        Assert.Null(Read(snapshot with { Format = SnapshotCodec.Format + 1 }));
        var newer = new IdentityPolicy(Policy.Version + 1, Policy.Namespaces);
        Assert.NotNull(SnapshotCodec.Read(snapshot, Policies.With(newer), _key, Fill));
        Assert.Throws<EntryFormatException>(
            () => SnapshotCodec.Read(snapshot, new IdentityPolicies(newer), _key, Fill));
    }

    [Fact]
    public void A_large_home_is_cut_into_chunks_that_only_fit_together()
    {
        for (var i = 0; i < 4; i++) Add(Event(i, trait: Noise(i)));
        var snapshot = Snapshot();
        Assert.Equal(Bytes(_state), Bytes(Read(snapshot)!.Value.State));
        var chunks = Chunks(snapshot);
        Assert.InRange(chunks.Length, 3, 5);
        Refused(Joined(snapshot, chunks[..^1]));
        Refused(Joined(snapshot, chunks[1..]));
        Refused(Joined(snapshot, [chunks[1], chunks[0], .. chunks[2..]]));
        Refused(Joined(snapshot, [.. chunks, chunks[0]]));
        Assert.NotNull(Read(Joined(snapshot, chunks)));
    }

    [Fact]
    public void A_home_past_the_limit_gets_none()
    {
        for (var i = 0; (long)i * LargeTrait <= SnapshotCodec.MaxBodyBytes; i++) Add(Event(i, trait: Noise(i)));
        Assert.Null(SnapshotCodec.Draft(_state, _codec).Seal());
    }

    [Fact]
    public void State_and_codec_must_stand_at_the_same_row()
    {
        Assert.Throws<ArgumentException>(() => SnapshotCodec.Draft(_state, _codec));
        AddEvents(2);
        _state.Fold(Event(2));
        Assert.Throws<ArgumentException>(() => SnapshotCodec.Draft(_state, _codec));
    }

    private void Fill(Span<byte> destination)
    {
        _random.NextBytes(destination);
        _drawn.Add(destination.ToArray());
    }

    private SnapshotRow Snapshot()
    {
        var write = SnapshotCodec.Draft(_state, _codec).Seal()!;
        return new SnapshotRow(write.Home, write.Seq, write.Format, write.Data);
    }

    private (HomeState State, HomeCodec Codec)? Read(SnapshotRow snapshot) =>
        SnapshotCodec.Read(snapshot, Policies, _key, Fill);

    private void Refused(SnapshotRow snapshot) => Assert.Throws<EntryFormatException>(() => Read(snapshot));

    private void AddEvents(int count, int from = 0)
    {
        for (var i = from; i < from + count; i++) Add(Event(i));
    }

    private void Add(HomeEntry entry)
    {
        _state.Fold(entry);
        _rows.Add(_codec.Encode(entry));
    }

    /// <summary>Events of three groups in turn.</summary>
    private static EventApplied Event(int number, TraitValue? trait = null)
    {
        var (user, email) = (new Identifier("user_id", "Ada"), new Identifier("email", "ada@example.com"));
        (Identifier[] identifiers, IdentifierKey[] keys) = (number % 3) switch
        {
            0 => ((Identifier[])[email, user], (IdentifierKey[])[Key(2), Key(1)]),
            1 => ([user], [Key(1)]),
            _ => ([email], [Key(2)]),
        };
        var id = number.ToString(CultureInfo.InvariantCulture);
        return new EventApplied(
            new CanonicalEvent
            {
                Source = "web",
                EventId = id,
                EventTime = new(1_700_000_000_000 + (number * 3_600_000L)),
                Identifiers = [.. identifiers],
                Fact = new Fact(EventClass.OrderCompleted, Channel.Web, 1, 1250, "EUR"),
                Name = "Order Completed",
                Traits = [trait ?? new TraitValue("plan", "\"gold\"")],
                Consents = [new ConsentStatement("ads.secret", number % 2 == 0)],
                CleaningVersion = 1,
                ContentHash = (ulong)number,
                Raw = Encoding.UTF8.GetBytes($"raw {id}"),
            },
            [.. keys], new(1_800_000_000_000 + number), [new JoinItem(keys[0], JoinKind.Member)],
            PolicyVersion: number == 0 ? Policy.Version : 0);
    }

    /// <summary>A trait that does not compress.</summary>
    private TraitValue Noise(int number)
    {
        var bytes = new byte[LargeTrait / 2];
        _random.NextBytes(bytes);
        return new TraitValue($"noise {number}", $"\"{Convert.ToHexString(bytes)}\"");
    }

    private static byte[] Bytes(HomeState state)
    {
        var output = new ArrayBufferWriter<byte>();
        HomeStateFormat.Write(state, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[][] Chunks(SnapshotRow snapshot)
    {
        var chunks = new List<byte[]>();
        var rest = snapshot.Data.Span[DeploymentKey.WrappedSize..];
        while (!rest.IsEmpty)
        {
            var length = sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(rest);
            chunks.Add(rest[..length].ToArray());
            rest = rest[length..];
        }
        return [.. chunks];
    }

    private static SnapshotRow Joined(SnapshotRow snapshot, byte[][] chunks) => snapshot with
    {
        Data = (byte[])[.. snapshot.Data.Span[..DeploymentKey.WrappedSize], .. chunks
            .SelectMany(static chunk => chunk)],
    };
}
