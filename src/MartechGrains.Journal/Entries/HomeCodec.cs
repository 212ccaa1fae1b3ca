using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Translates one home's entries into rows and back: chains hashes, names fact groups by ordinal, seals personal data
/// with a key per group. It goes through a journal in order, first decoding what is there, then encoding what follows;
/// after a failed commit it is thrown away with the home's state. Not safe for use by several threads at once.
/// </summary>
public sealed partial class HomeCodec
{
    /// <summary>The version of entries this reader understands.</summary>
    public const int Reader = SettlingReader;

    /// <summary>The first reader that understands which of two bodies of one event stands.</summary>
    internal const int SettlingReader = 3;

    /// <summary>The first reader that understands decisions and changes of the identity policy.</summary>
    internal const int DecisionReader = 2;

    private readonly HomeId _home;
    private readonly DeploymentKey _wrapping;
    private readonly RandomFill _random;
    private readonly IdentifierSetTable<JournalGroup> _groups = new();
    private byte[] _hash;

    /// <summary>A codec before the first row.</summary>
    /// <param name="home">The home.</param>
    /// <param name="wrapping">The deployment's wrapping key.</param>
    /// <param name="random">Where nonces and data keys come from.</param>
    public HomeCodec(HomeId home, DeploymentKey wrapping, RandomFill random)
    {
        _home = home;
        _wrapping = wrapping;
        _random = random;
        _hash = HashChain.Genesis(home);
    }

    /// <summary>A codec that has gone through the rows up to <paramref name="seq"/>.</summary>
    internal HomeCodec(
        HomeId home, DeploymentKey wrapping, RandomFill random, int seq, byte[] hash, IngestTime newestTime,
        IEnumerable<JournalGroup> groups)
        : this(home, wrapping, random)
    {
        (Seq, _hash, NewestTime) = (seq, hash, newestTime);
        foreach (var group in groups)
            if (!_groups.TryAdd(new IdentifierSet(group.Keys), group))
                throw new EntryFormatException($"Home {home} founds one group twice.");
    }

    /// <summary>Sequence number of the last row gone through.</summary>
    public int Seq { get; private set; }

    /// <summary>The home whose journal it goes through.</summary>
    public HomeId Home => _home;

    internal DeploymentKey Wrapping => _wrapping;

    internal RandomFill Random => _random;

    internal byte[] Hash => _hash;

    /// <summary>The newest time of the rows gone through; rows without a time of their own inherit it.</summary>
    internal IngestTime NewestTime { get; private set; }

    internal IReadOnlyList<JournalGroup> Groups => _groups;

    /// <summary>Whether a row is the last one gone through, of this very journal.</summary>
    public bool EndsWith(in JournalRow row) =>
        row.Home == _home && row.Seq == Seq && row.Hash.Span.SequenceEqual(_hash);

    /// <summary>
    /// Decodes the next row. The payload and source fields of events are left sealed; see <see cref="OpenPayload"/>.
    /// </summary>
    /// <exception cref="EntryFormatException">
    /// The row is not the next one, is damaged, or asks for a newer reader. Nothing can be decoded after it.
    /// </exception>
    public HomeEntry Decode(in JournalRow row)
    {
        var next = HashChain.Next(_hash, row.Entry.Span);
        if (row.Home != _home || row.Seq != Seq + 1 || !row.Hash.Span.SequenceEqual(next))
            throw new EntryFormatException(
                $"Row {row.Seq} of home {row.Home} does not continue the chain after {Seq}.");
        _hash = next;
        Seq = row.Seq;
        var format = Parse(row);
        HomeEntry entry;
        try
        {
            entry = format.KindCase switch
            {
                Entry.KindOneofCase.Applied => DecodeApplied(format.Applied, row),
                Entry.KindOneofCase.Decided => DecodeDecided(format.Decided, row),
                _ => EntryFormat.Decode(format, row),
            };
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new EntryFormatException(
                $"Row {row.Seq} of home {row.Home} cannot be opened: it or its key is damaged.", error);
        }
        if (!EntryFormat.HasTime(format)) entry = entry with { At = NewestTime, InheritsTime = true };
        NewestTime = IngestTime.Max(NewestTime, entry.At);
        return entry;
    }

    /// <summary>The raw bytes and source fields of an event's row that this codec has decoded.</summary>
    public (ReadOnlyMemory<byte> Raw, ImmutableArray<SourceField> Fields) OpenPayload(in JournalRow row)
    {
        var applied = Parse(row).Applied
            ?? throw new EntryFormatException($"Row {row.Seq} of home {row.Home} is no event.");
        if (applied.SealedPayload.IsEmpty) return (default, []);
        var group = GroupAt(applied.Group, row);
        using var seal = new PayloadSeal(group.DataKey);
        var payload = Payload.Parser.ParseFrom(seal.Open(_home, group.Ordinal, applied.SealedPayload.Span));
        return (payload.Raw.Memory,
            [.. payload.Fields.Select(LineageNames.Decode)]);
    }

    /// <summary>
    /// What a row throws that is whole by its hash, and yet not what it should be: its key is not covered by the chain.
    /// </summary>
    private static bool IsDamage(Exception error) => error
        is SealBrokenException or InvalidProtocolBufferException or ArgumentException or IndexOutOfRangeException;

    private static Entry Parse(in JournalRow row)
    {
        Entry format;
        try
        {
            format = Entry.Parser.ParseFrom(row.Entry.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} is damaged.", error);
        }
        return format.MinReader <= Reader
            ? format
            : throw new EntryFormatException(
                $"Row {row.Seq} of home {row.Home} asks for reader {format.MinReader}; this is {Reader}. "
                + "Upgrade this node.");
    }

    private EventApplied DecodeApplied(Applied format, in JournalRow row)
    {
        State? state = null;
        JournalGroup group;
        if (!format.Keys.IsEmpty)
        {
            var dataKey = _wrapping.Unwrap(_home, row.WrappedKey.Span);
            state = Open(format, (int)format.Group, dataKey);
            group = Found(format.Group, format.Keys, state.Identifiers, dataKey, row);
        }
        else
        {
            group = GroupAt(format.Group, row);
            if (!format.SealedState.IsEmpty) state = Open(format, group.Ordinal, group.DataKey);
        }
        return EntryFormat.DecodeOpen(format, group, state);
    }

    private DecisionTaken DecodeDecided(Decided format, in JournalRow row)
    {
        var isFirst = !format.Keys.IsEmpty;
        var known = isFirst ? null : GroupAt(format.Group, row);
        var dataKey = known?.DataKey ?? _wrapping.Unwrap(_home, row.WrappedKey.Span);
        using var seal = new PayloadSeal(dataKey);
        var text = DecisionText.Parser.ParseFrom(seal.Open(_home, (int)format.Group, format.SealedText.Span));
        var group = known ?? Found(
            format.Group, format.Keys,
            text.Identifiers.OrderBy(static name => new Identifier(name.Namespace, name.Value)), dataKey, row);
        return DecisionFormat.Decode(format, group, text);
    }

    private JournalGroup Found(
        uint ordinal, ByteString keys, IEnumerable<State.Types.Name> names, byte[] dataKey, in JournalRow row)
    {
        var group = new JournalGroup(
            _groups.Count, KeyBytes.Keys(keys),
            [.. names.Select(static name => new Identifier(name.Namespace, name.Value))], dataKey);
        if (group.Ordinal != ordinal || group.Identifiers.Length != group.Keys.Length)
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} founds no proper group.");
        if (!_groups.TryAdd(new IdentifierSet(group.Keys), group))
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} founds a group a second time.");
        return group;
    }

    private State Open(Applied format, int ordinal, byte[] dataKey)
    {
        using var seal = new PayloadSeal(dataKey);
        return State.Parser.ParseFrom(seal.Open(_home, ordinal, format.SealedState.Span));
    }

    private JournalGroup GroupAt(uint ordinal, in JournalRow row) => ordinal < _groups.Count
        ? _groups[(int)ordinal]
        : throw new EntryFormatException(
            $"Row {row.Seq} of home {row.Home} names group {ordinal}, which is not founded.");

}
