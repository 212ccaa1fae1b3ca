using System.Text.Json;

namespace MartechGrains.Definitions;

/// <summary>
/// One place of an identity case's JSON, read strictly: what is not understood must not be ignored. Every reading
/// method throws <see cref="IdentityCaseException"/> with the field.
/// </summary>
internal readonly record struct CaseElement(JsonElement Json, string Field)
{
    /// <summary>Refuses anything but an object of these members, any of which may be missing.</summary>
    public void Members(params string[] known)
    {
        if (Json.ValueKind != JsonValueKind.Object)
            throw Fault("is not an object", $"Give an object of {string.Join(", ", known)}.");
        foreach (var member in Json.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new IdentityCaseException(
                    $"{Field}.{member.Name}", "is not known", $"Known are {string.Join(", ", known)}.");
            }
        }
    }

    /// <summary>A member, or null where it is missing or null.</summary>
    public CaseElement? Optional(string name) =>
        Json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null
            ? new CaseElement(found, $"{Field}.{name}")
            : null;

    public CaseElement Required(string name, string remedy) =>
        Optional(name) ?? throw new IdentityCaseException($"{Field}.{name}", "is missing", remedy);

    /// <summary>The elements of an array of at most this length.</summary>
    public IEnumerable<CaseElement> Items(int atMost)
    {
        if (Json.ValueKind != JsonValueKind.Array || Json.GetArrayLength() > atMost)
            throw Fault("is not an array, or too long", $"Give an array of at most {atMost}.");
        var field = Field;
        return Json.EnumerateArray().Select((item, position) => new CaseElement(item, $"{field}[{position}]"));
    }

    public string Text() => Json.ValueKind == JsonValueKind.String
        ? Json.GetString()!
        : throw Fault("is not a text", "Give a JSON string.");

    public int Number() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out var value)
        ? value
        : throw Fault("is not a whole number", "Give one, or null.");

    public long Time() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt64(out var value)
        ? value
        : throw Fault("is not a whole number", "Give one, in any unit.");

    public IdentityCaseException Fault(string problem, string remedy, Exception? inner = null) =>
        new(Field, problem, remedy, inner);
}
