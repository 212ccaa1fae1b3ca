using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Definitions;

/// <summary>
/// An identity case: a small policy, events and decisions, in the JSON of the shared linking cases. Namespaces are
/// free-form and values are taken as they are. Resolving one needs no server: for rehearsing a policy on paper.
/// </summary>
public sealed class IdentityCase
{
    private IdentityCase(
        IdentityPolicy policy, ImmutableArray<EvidenceSet> evidence, IdentityDecisions decisions) =>
        (Policy, Evidence, Decisions) = (policy, evidence, decisions);

    /// <summary>The case's policy.</summary>
    public IdentityPolicy Policy { get; }

    /// <summary>The case's events, one set each.</summary>
    public ImmutableArray<EvidenceSet> Evidence { get; }

    /// <summary>The case's decisions in force.</summary>
    public IdentityDecisions Decisions { get; }

    /// <summary>Reads a case whose policy and events are in two texts.</summary>
    /// <param name="policyJson">The <c>policy</c> object, or an object that has it as a member.</param>
    /// <param name="eventsJson">The <c>events</c> array, or an object that has it as a member; such an object may have
    /// <c>decisions</c> too.</param>
    /// <exception cref="IdentityCaseException">The JSON is malformed, or not a case: which field, and what to
    /// do.</exception>
    public static IdentityCase Read(string policyJson, string eventsJson)
    {
        using var policyDocument = Parse(policyJson, "policy");
        using var eventsDocument = Parse(eventsJson, "events");
        var decisions = eventsDocument.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("decisions", out var found) ? found : (JsonElement?)null;
        return Read(
            Unwrap(policyDocument.RootElement, "policy"), Unwrap(eventsDocument.RootElement, "events"), decisions);
    }

    /// <summary>Reads a case of its parts, already parsed.</summary>
    /// <exception cref="IdentityCaseException">The parts are not a case: which field, and what to do.</exception>
    public static IdentityCase Read(JsonElement policy, JsonElement events, JsonElement? decisions = null)
    {
        var read = IdentityCasePolicyReader.Read(new CaseElement(policy, "policy"));
        return new IdentityCase(
            read,
            IdentityCaseReader.ReadEvents(new CaseElement(events, "events"), read),
            decisions is { } decided
                ? IdentityCaseReader.ReadDecisions(new CaseElement(decided, "decisions"), read)
                : IdentityDecisions.None);
    }

    /// <summary>Resolves the case.</summary>
    public ResolvedPartition Resolve() => Resolver.Resolve(Evidence, Decisions, Policy);

    /// <summary>
    /// Resolves the case and renders the result in the shape of a shared case's <c>expect</c>, sorted.
    /// </summary>
    public IdentityCaseResult Run()
    {
        var resolution = Resolve();
        return new IdentityCaseResult(
            Sort(resolution.Profiles.Select(p => Texts(p.Identifiers))),
            Sort(resolution.Refused.Select(r => Texts([r.Pair.First, r.Pair.Second]))),
            !resolution.Rejected.IsEmpty);
    }

    private static ImmutableArray<string> Texts(ImmutableArray<Identifier> identifiers) =>
        [.. identifiers.Select(i => i.ToString()).Order(StringComparer.Ordinal)];

    private static ImmutableArray<ImmutableArray<string>> Sort(IEnumerable<ImmutableArray<string>> lists)
    {
        var sorted = lists.ToArray();
        Array.Sort(sorted, (one, other) =>
        {
            for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
            {
                var order = string.CompareOrdinal(one[i], other[i]);
                if (order != 0)
                    return order;
            }

            return one.Length.CompareTo(other.Length);
        });
        return [.. sorted];
    }

    private static JsonDocument Parse(string json, string part)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new IdentityCaseException(
                part, $"is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})",
                "Correct the file.", e);
        }
    }

    private static JsonElement Unwrap(JsonElement root, string member) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out var inner) ? inner : root;
}

/// <summary>What the rules make of an identity case.</summary>
/// <param name="Profiles">Profiles as sorted lists of <c>namespace:value</c>, sorted.</param>
/// <param name="RefusedLinks">Refused pairs, each sorted, sorted.</param>
/// <param name="Rejected">Whether an event had more values of a namespace than one profile may have.</param>
public sealed record IdentityCaseResult(
    ImmutableArray<ImmutableArray<string>> Profiles, ImmutableArray<ImmutableArray<string>> RefusedLinks, bool Rejected)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The result as JSON: <c>profiles</c>, <c>refusedLinks</c> and <c>rejected</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
