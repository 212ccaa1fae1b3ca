using System.Collections.Immutable;
using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Journal.Tests;

/// <summary>Builds writes for tests.</summary>
internal static class Sample
{
    public static IdentifierKey Key(ulong number) => new(new UInt128(0x8000_0000_0000_0000 | (number << 8), number));

    public static HomeId Home(ulong number) => new(Key(number));

    public static EventHash Event(ulong number) => new(new UInt128(0xe000, number));

    /// <summary>Rows that continue <paramref name="after"/>, or begin the home's journal.</summary>
    public static JournalRow[] Rows(HomeId home, int count, JournalRow? after = null, string text = "entry")
    {
        var rows = new JournalRow[count];
        var (seq, hash) = (after?.Seq ?? 0, after?.Hash.ToArray() ?? HashChain.Genesis(home));
        for (var i = 0; i < count; i++)
        {
            var entry = Encoding.UTF8.GetBytes($"{text} {++seq}");
            hash = HashChain.Next(hash, entry);
            rows[i] = new JournalRow(home, seq, (byte)(seq % 5), entry, hash, seq == 1
                ? new byte[] { 7, 8, 9 } : default);
        }
        return rows;
    }

    public static AppendWrite Append(params JournalRow[] rows) => new([.. rows], [], []);

    public static AppendWrite Append(HomeId home, int count = 1) => Append(Rows(home, count));

    /// <summary>A row at a place of its own choosing, with a hash that only fits itself.</summary>
    public static AppendWrite At(HomeId home, int seq, string text = "stray")
    {
        var entry = Encoding.UTF8.GetBytes(text);
        return Append(new JournalRow(home, seq, 1, entry, HashChain.Next(HashChain.Genesis(home), entry), default));
    }

    public static PointerWrite Pointer(ulong identifier, int version, ulong home,
        PointerFlags flags = PointerFlags.None) =>
        new(new PointerRow(Key(identifier), version, Home(home), flags, Encoding.UTF8.GetBytes($"state {version}")));

    public static DecisionId Id(ulong number) => new(number);

    public static DecisionWrite Decision(
        ulong number, int version, long at, bool unfinished = true, string state = "made") =>
        new(new DecisionRow(Id(number), version, new(at), unfinished, Encoding.UTF8.GetBytes(state)));

    public static QuarantineWrite Quarantine(int number, long receivedAt, string eventId = "e") =>
        new(new QuarantineRow(
            new Guid(number, 0, 0, new byte[8]), "shop", eventId, new(receivedAt), "EVENT_TIME_IN_FUTURE", "timestamp",
            "5 minutes ahead", Encoding.UTF8.GetBytes($"raw {number}")));

    public static ReadOnlyMemory<byte> JoinId(string text) => Encoding.UTF8.GetBytes(text);

    public static ImmutableArray<ReadOnlyMemory<byte>> JoinIds(params string[] texts) => [.. texts.Select(JoinId)];
}
