using System.Collections.Immutable;
using System.Text.Json;
using MartechGrains.Core.Identity;

namespace MartechGrains.Definitions;

/// <summary>
/// Reads the parts of an identity case strictly: a setting that is not understood must not be ignored.
/// </summary>
internal static class IdentityCaseReader
{
    /// <summary>Most events of one case.</summary>
    private const int MaxEvents = 1_000_000;

    /// <summary>Most identifiers of one event.</summary>
    private const int MaxIdentifiers = 100;

    public static IdentityPolicy ReadPolicy(JsonElement policy)
    {
        Members(policy, "policy", ["namespaces", "contested"]);
        var contested = policy.TryGetProperty("contested", out var mode)
            ? Contested(mode, "policy.contested")
            : ContestedRule.LastAuthenticated;
        var namespaces = new List<NamespacePolicy>();
        foreach (var one in Array(policy, "namespaces", "policy.namespaces"))
        {
            var field = $"policy.namespaces[{namespaces.Count}]";
            Members(one, field, ["name", "priority", "maxPerProfile", "genericAfter", "contested"]);
            namespaces.Add(new NamespacePolicy
            {
                Name = Text(one, "name", field),
                Priority = Number(one, "priority", field)
                    ?? throw new IdentityCaseException($"{field}.priority", "is missing", "Add it; 1 is the highest."),
                MaxPerProfile = Number(one, "maxPerProfile", field),
                GenericAfter = Number(one, "genericAfter", field),
                Contested = one.TryGetProperty("contested", out var own)
                    ? Contested(own, $"{field}.contested")
                    : contested,
                Normaliser = NormaliserKind.Verbatim,
            });
        }

        try
        {
            return new IdentityPolicy(1, namespaces);
        }
        catch (ArgumentException e)
        {
            throw new IdentityCaseException("policy", $"is contradictory: {e.Message}", "Correct the setting.", e);
        }
    }

    public static ImmutableArray<EvidenceSet> ReadEvents(JsonElement events, IdentityPolicy policy)
    {
        if (events.ValueKind != JsonValueKind.Array || events.GetArrayLength() > MaxEvents)
        {
            throw new IdentityCaseException(
                "events", "is not an array, or too long", $"Give an array of at most {MaxEvents} events.");
        }

        var sets = ImmutableArray.CreateBuilder<EvidenceSet>();
        foreach (var one in events.EnumerateArray())
        {
            var field = $"events[{sets.Count}]";
            Members(one, field, ["eventTime", "identifiers"]);
            if (!one.TryGetProperty("eventTime", out var time) || time.ValueKind != JsonValueKind.Number
                || !time.TryGetInt64(out var eventTime))
            {
                throw new IdentityCaseException(
                    $"{field}.eventTime", "is not a whole number", "Give one, in any unit.");
            }

            sets.Add(new EvidenceSet(Identifiers(one, field, policy), eventTime, eventTime));
        }

        return sets.ToImmutable();
    }

    private static ImmutableArray<Identifier> Identifiers(JsonElement one, string field, IdentityPolicy policy)
    {
        var identifiers = new SortedSet<Identifier>();
        var position = 0;
        foreach (var identifier in Array(one, "identifiers", $"{field}.identifiers"))
        {
            var at = $"{field}.identifiers[{position++}]";
            Members(identifier, at, ["namespace", "value"]);
            var result = IdentifierNormaliser.Normalise(
                policy, Text(identifier, "namespace", at), Text(identifier, "value", at));
            if (!result.TryGet(out var normalised, out var error))
                throw new IdentityCaseException(at, $"is refused: {error.Reason}", error.Remedy);
            identifiers.Add(normalised);
        }

        return position <= MaxIdentifiers
            ? [.. identifiers]
            : throw new IdentityCaseException($"{field}.identifiers", "is too long", $"Give at most {MaxIdentifiers}.");
    }

    private static void Members(JsonElement element, string field, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new IdentityCaseException(
                field, "is not an object", $"Give an object of {string.Join(", ", known)}.");
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new IdentityCaseException(
                    $"{field}.{member.Name}", "is not known", $"Known are {string.Join(", ", known)}.");
            }
        }
    }

    private static JsonElement.ArrayEnumerator Array(JsonElement of, string name, string field) =>
        of.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray()
            : throw new IdentityCaseException(field, "is not an array", "Give one.");

    private static string Text(JsonElement of, string name, string field) =>
        of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw new IdentityCaseException($"{field}.{name}", "is not a text", "Give a JSON string.");

    private static int? Number(JsonElement of, string name, string field)
    {
        if (!of.TryGetProperty(name, out var number) || number.ValueKind == JsonValueKind.Null)
            return null;
        return number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value)
            ? value
            : throw new IdentityCaseException($"{field}.{name}", "is not a whole number", "Give one, or null.");
    }

    private static ContestedRule Contested(JsonElement mode, string field) =>
        (mode.ValueKind == JsonValueKind.String ? mode.GetString() : null) switch
        {
            "last_authenticated" => ContestedRule.LastAuthenticated,
            "first" => ContestedRule.First,
            "nobody" => ContestedRule.Nobody,
            _ => throw new IdentityCaseException(
                field, "is not a known rule", "Known are last_authenticated, first and nobody."),
        };
}
