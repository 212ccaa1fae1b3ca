using System.Text.Json;

namespace MartechGrains.EndToEnd.Tests.StoreFixtures;

/// <summary>
/// Compares an answer with the one of an earlier build: all of that is in this one, which may say more. What a rule
/// that came later answers otherwise is listed in <see cref="Rules"/>, and nothing else may differ.
/// </summary>
internal static class AnswerComparison
{
    /// <summary>Each with the members of answers that it changes, and why.</summary>
    private static readonly (string Member, string Why)[] Rules =
    [
        ("evaluatedAt", "It is the moment of the question, not of the store."),
    ];

    /// <summary>The differences, each in a line that names its place.</summary>
    /// <param name="expected">What was answered then.</param>
    /// <param name="actual">What is answered now.</param>
    /// <param name="place">The question.</param>
    public static IEnumerable<string> Differences(JsonElement expected, JsonElement actual, string place)
    {
        if (IsNumberAsText(expected, actual)) return [];
        if (expected.ValueKind != actual.ValueKind) return [$"{place}: {expected} is {actual}."];
        return expected.ValueKind switch
        {
            JsonValueKind.Object => expected.EnumerateObject()
                .Where(static member => !Array.Exists(Rules, rule => rule.Member == member.Name))
                .SelectMany(member => actual.TryGetProperty(member.Name, out var there)
                    ? Differences(member.Value, there, $"{place} {member.Name}")
                    : [$"{place} {member.Name}: {member.Value} is not there."]),
            JsonValueKind.Array when expected.GetArrayLength() == actual.GetArrayLength() =>
                expected.EnumerateArray().Zip(actual.EnumerateArray()).Index().SelectMany(element =>
                    Differences(element.Item.First, element.Item.Second, $"{place} {element.Index}")),
            _ when expected.GetRawText() == actual.GetRawText() => [],
            _ => [$"{place}: {expected} is {actual}."],
        };
    }

    /// <summary>Whole numbers of 64 bits are texts now, as protobuf's JSON has them.</summary>
    private static bool IsNumberAsText(JsonElement expected, JsonElement actual) =>
        expected.ValueKind == JsonValueKind.Number && actual.ValueKind == JsonValueKind.String
        && expected.TryGetInt64(out _) && expected.GetRawText() == actual.GetString();
}
