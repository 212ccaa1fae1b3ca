using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.State;

/// <summary>The identifiers of one binary form: written once, and named by their place from then on.</summary>
internal sealed class IdentifierTable
{
    private const int MinIdentifierBytes = 2;

    private readonly List<Identifier> _identifiers = [];
    private readonly Dictionary<Identifier, int> _places = [];

    public int Count => _identifiers.Count;

    public Identifier this[int place] => _identifiers[place];

    public bool Add(Identifier identifier)
    {
        if (!_places.TryAdd(identifier, _identifiers.Count)) return false;
        _identifiers.Add(identifier);
        return true;
    }

    public void Add(IdentifierPair pair)
    {
        Add(pair.First);
        Add(pair.Second);
    }

    public void Write(FactWriter writer)
    {
        writer.Unsigned((ulong)Count);
        foreach (var identifier in _identifiers)
        {
            WriteText(writer, identifier.Namespace);
            WriteText(writer, identifier.Value);
        }
    }

    public static IdentifierTable Read(ref FactReader reader)
    {
        var table = new IdentifierTable();
        for (var left = reader.Count(MinIdentifierBytes); left > 0; left--)
        {
            var added = table.Add(new Identifier(ReadText(ref reader), ReadText(ref reader)));
            reader.Require(added, "an identifier occurs twice");
        }
        return table;
    }

    public void WritePlace(FactWriter writer, Identifier identifier) => writer.Unsigned((ulong)_places[identifier]);

    public Identifier ReadPlace(ref FactReader reader)
    {
        reader.Require(Count > 0, "an identifier that is not in the table");
        return _identifiers[(int)reader.Unsigned(Count - 1)];
    }

    public void WritePair(FactWriter writer, IdentifierPair pair)
    {
        WritePlace(writer, pair.First);
        WritePlace(writer, pair.Second);
    }

    public IdentifierPair ReadPair(ref FactReader reader)
    {
        var (one, other) = (ReadPlace(ref reader), ReadPlace(ref reader));
        reader.Require(one != other, "a pair of one identifier");
        return new IdentifierPair(one, other);
    }

    public static void WriteText(FactWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Unsigned((ulong)bytes.Length);
        writer.Bytes(bytes);
    }

    public static string ReadText(ref FactReader reader) => Encoding.UTF8.GetString(reader.Take(reader.Count(1)));

    public static void WriteOrigin(FactWriter writer, EventOrigin origin)
    {
        writer.Signed(origin.EventTime.Milliseconds);
        WriteText(writer, origin.Source);
        WriteText(writer, origin.EventId);
    }

    public static EventOrigin ReadOrigin(ref FactReader reader) =>
        new(new EventTime(reader.Signed(long.MaxValue)), ReadText(ref reader), ReadText(ref reader));

    public static void WriteOptional(FactWriter writer, string? text)
    {
        writer.Byte(text is null ? (byte)0 : (byte)1);
        if (text is not null) WriteText(writer, text);
    }

    public static string? ReadOptional(ref FactReader reader) => ReadFlag(ref reader) ? ReadText(ref reader) : null;

    public static bool ReadFlag(ref FactReader reader)
    {
        var flag = reader.Byte();
        reader.Require(flag <= 1, "a flag is neither 0 nor 1");
        return flag == 1;
    }
}
