using System.Text;
using System.Text.Json;

namespace MartechGrains.Core.Events.Segment;

/// <summary>The <c>context</c> that a batch declares for all its events, member by member.</summary>
internal sealed class SharedContext
{
    private readonly List<(string Name, ReadOnlyMemory<byte> Member)> _members;

    private SharedContext(List<(string Name, ReadOnlyMemory<byte> Member)> members, int length)
    {
        _members = members;
        Length = length;
    }

    /// <summary>Size of the whole, in bytes.</summary>
    public int Length { get; }

    /// <summary>Reads a context; null where it has no members. Of members of one name, the last counts.</summary>
    public static SharedContext? Read(ReadOnlyMemory<byte> json)
    {
        var members = new List<(string Name, ReadOnlyMemory<byte> Member)>();
        var reader = SegmentRequest.Reader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Encoding.UTF8.GetString(reader.ValueSpan);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            members.RemoveAll(member => member.Name == name);
            members.Add((name, json[start..(int)reader.BytesConsumed]));
        }

        return members.Count == 0 ? null : new SharedContext(members, json.Length);
    }

    /// <summary>Writes an event's own context with the shared members that it does not have, or has as null.</summary>
    /// <param name="own">The event's own context, an object.</param>
    /// <param name="output">Where to.</param>
    public void WriteMerged(ReadOnlySpan<byte> own, List<byte> output)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isEmpty = true;
        var reader = SegmentRequest.Reader(own);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var name = Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
                names.Add(name);
            reader.Skip();
        }

        output.AddRange(own[..^1]);
        foreach (var (name, member) in _members)
        {
            if (names.Contains(name))
                continue;
            if (!isEmpty)
                output.Add((byte)',');
            isEmpty = false;
            output.AddRange(member.Span);
        }

        output.Add((byte)'}');
    }
}
