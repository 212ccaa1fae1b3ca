using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.EndToEnd.Tests.Conformance;

/// <summary>
/// Writes the policy of an identity case as the file that a server is started with. Texts are written in quotes: JSON's
/// are YAML's.
/// </summary>
internal static class CasePolicy
{
    private const string Stewards = "owner: tests, rationale: an identity case";

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file's text.</summary>
    /// <param name="policy">The case's <c>policy</c>.</param>
    /// <param name="read">The same, read.</param>
    public static string Yaml(JsonElement policy, IdentityPolicy read)
    {
        var yaml = new StringBuilder("kind: identity_policy\nversion: 1\n");
        if (Of(policy, "contested") is { } contested)
            yaml.Append(CultureInfo.InvariantCulture, $"contested: {contested.GetString()}\n");
        if (Of(policy, "blocked") is { } blocked)
            yaml.Append(CultureInfo.InvariantCulture, $"blocked: {Blocked(blocked)}\n");
        yaml.Append("namespaces:\n");
        foreach (var one in policy.GetProperty("namespaces").EnumerateArray())
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{{string.Join(", ", Namespace(one, read))}}}\n");
        // A file is refused where a value can never become generic; a case may say so all the same. Of this namespace
        // there is never a value.
        if (read.Namespaces.Any(one => one.GenericThreshold is not null && !HasOtherUnique(read, one)))
            yaml.Append(CultureInfo.InvariantCulture,
                $"  - {{name: never_seen, {Stewards}, priority: {NamespacePolicy.MaxPriority}, maxPerProfile: 1}}\n");
        return yaml.ToString();
    }

    private static bool HasOtherUnique(IdentityPolicy policy, NamespacePolicy one) =>
        policy.Namespaces.Any(other => other.IsUnique && other.Name != one.Name);

    private static IEnumerable<string> Namespace(JsonElement one, IdentityPolicy policy)
    {
        yield return $"name: {Quoted(one.GetProperty("name"))}, {Stewards}, normaliser: verbatim";
        foreach (var setting in new[] { "priority", "maxPerProfile" })
        {
            if (Of(one, setting) is { } number)
                yield return $"{setting}: {number.GetRawText()}";
        }

        // As it is read: of a namespace that is contested by nobody, a case may say more than a file.
        var read = policy.Namespaces.Single(known => known.Name == one.GetProperty("name").GetString());
        if (read.GenericAfter is { } genericAfter)
            yield return $"genericAfter: {genericAfter}";

        if (Of(one, "within") is { } within)
            yield return $"within: {(within.ValueKind == JsonValueKind.String ? within.GetString() : $"{within}s")}";
        if (Of(one, "contested") is { } contested)
            yield return $"contested: {contested.GetString()}";
        if (Of(one, "blocked") is { } blocked)
            yield return $"blocked: {Blocked(blocked)}";
    }

    private static string Blocked(JsonElement blocked)
    {
        var lists = new[] { "values", "patterns" }.Where(list => Of(blocked, list) is not null).Select(list =>
            $"{list}: [{string.Join(", ", blocked.GetProperty(list).EnumerateArray().Select(Quoted))}]");
        return $"[{{{Stewards}, {string.Join(", ", lists)}}}]";
    }

    private static string Quoted(JsonElement text) => JsonSerializer.Serialize(text.GetString(), Plain);

    private static JsonElement? Of(JsonElement from, string member) =>
        from.TryGetProperty(member, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
