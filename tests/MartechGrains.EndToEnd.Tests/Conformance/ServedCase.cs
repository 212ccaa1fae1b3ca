using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.EndToEnd.Tests.Conformance;

/// <summary>What an identity case comes to, or is expected to, in one spelling.</summary>
/// <param name="Profiles">The profiles.</param>
/// <param name="Refused">The refused links.</param>
/// <param name="Rejected">Whether an event had more values of a namespace than a profile may have.</param>
internal sealed record CaseOutcome(string Profiles, string Refused, bool Rejected)
{
    public static CaseOutcome Of(
        IEnumerable<IEnumerable<string>> profiles, IEnumerable<IEnumerable<string>> refused, bool rejected) =>
        new(Text(profiles), Text(refused), rejected);

    private static string Text(IEnumerable<IEnumerable<string>> lists) => string.Join(
        '|', lists.Select(list => string.Join(',', list.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
}

/// <summary>
/// An identity case as a server takes it. Its values may be renamed, so that one server can take a case in many times,
/// each time as other people.
/// </summary>
internal sealed class ServedCase
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly IdentityCase _case;
    private readonly bool _isInMilliseconds;

    /// <summary>Reads a case.</summary>
    /// <param name="json">The case.</param>
    /// <param name="names">How often its values are to be renamed.</param>
    public ServedCase(JsonElement json, int names)
    {
        var (events, policy) = (json.GetProperty("events"), json.GetProperty("policy"));
        JsonElement? decisions = json.TryGetProperty("decisions", out var decided) ? decided : null;
        policy = WithNamesOfBlocked(policy, IdentityCase.Read(policy, events, decisions).Decisions, names);
        _case = IdentityCase.Read(policy, events, decisions);
        PolicyYaml = CasePolicy.Yaml(policy, _case.Policy);
        // A window such as 7d is one of real time.
        _isInMilliseconds = policy.GetProperty("namespaces").EnumerateArray().Any(
            one => one.TryGetProperty("within", out var within) && within.ValueKind == JsonValueKind.String);
        var expect = json.GetProperty("expect");
        Expected = CaseOutcome.Of(
            Lists(expect.GetProperty("profiles")), Lists(expect.GetProperty("refusedLinks")),
            expect.GetProperty("rejected").GetBoolean());
    }

    public string PolicyYaml { get; }

    public CaseOutcome Expected { get; }

    public IdentityDecisions Decisions => _case.Decisions;

    public int EventCount => _case.Evidence.Length;

    /// <summary>All that events and decisions name.</summary>
    public IEnumerable<Identifier> Identifiers => _case.Evidence.SelectMany(set => set.Identifiers)
        .Concat(Decided(_case.Decisions)).Distinct();

    /// <summary>
    /// Other names for the case's values, under which the rules make the same of it: ties that are broken by hashes
    /// may fall otherwise. A blocked value keeps its name, unless it is decided on. Null where there are none.
    /// </summary>
    public Func<Identifier, Identifier>? Rename(int number)
    {
        const int attempts = 64;
        if (Decided(_case.Decisions)
            .Any(one => _case.Policy.IsBlocked(one) && !_case.Policy.IsBlocked(NamedBlocked(one))))
            return null;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"~{number}.{attempt}");
            Identifier Named(Identifier one) => _case.Policy.IsBlocked(one)
                ? NamedBlocked(one)
                : new Identifier(one.Namespace, one.Value + suffix);
            if (Resolved(Named) == Expected)
                return Named;
        }

        return null;

        Identifier NamedBlocked(Identifier one) => Decided(_case.Decisions).Contains(one)
            ? new Identifier(one.Namespace, one.Value + SuffixOfBlocked(number))
            : one;
    }

    public Event EventOf(int index, string id, Func<Identifier, Identifier> named)
    {
        var set = _case.Evidence[index];
        var typed = new TypedEvent
        {
            EventId = id,
            EventTime = Timestamp.FromDateTime(_isInMilliseconds
                ? DateTime.UnixEpoch.AddMilliseconds(set.OldestEventTime.Milliseconds)
                : Start.AddSeconds(set.OldestEventTime.Milliseconds)),
            EventClass = EventClass.LoggedIn,
        };
        typed.Identifiers.Add(set.Identifiers.Select(named).Select(
            one => new Protocol.Types.V1.Identifier { Namespace = one.Namespace, Value = one.Value }));
        return new Event { Typed = typed };
    }

    /// <summary>What the rules make of the case under other names, told in the case's own.</summary>
    private CaseOutcome Resolved(Func<Identifier, Identifier> named)
    {
        var resolution = Resolver.Resolve(
            [.. _case.Evidence.Select(set => set with { Identifiers = [.. set.Identifiers.Select(named).Order()] })],
            new IdentityDecisions(
                _case.Decisions.MustLinks.Select(Renamed), _case.Decisions.CannotLinks.Select(Renamed),
                _case.Decisions.LinkableValues.Select(one => one with { Identifier = named(one.Identifier) })),
            _case.Policy);
        var names = Identifiers.ToDictionary(named, one => one.ToString());
        return CaseOutcome.Of(
            resolution.Profiles.Select(profile => profile.Identifiers.Select(one => names[one])),
            resolution.Refused.Select(refused => new[] { names[refused.Pair.First], names[refused.Pair.Second] }),
            !resolution.Rejected.IsEmpty);

        IdentityDecision Renamed(IdentityDecision decision) =>
            decision with { Pair = new IdentifierPair(named(decision.Pair.First), named(decision.Pair.Second)) };
    }

    private static string SuffixOfBlocked(int number) => string.Create(CultureInfo.InvariantCulture, $"~{number}");

    private static IEnumerable<Identifier> Decided(IdentityDecisions decisions) =>
        decisions.MustLinks.Concat(decisions.CannotLinks)
            .SelectMany(static decision => new[] { decision.Pair.First, decision.Pair.Second })
            .Concat(decisions.LinkableValues.Select(static decision => decision.Identifier));

    /// <summary>A case's policy, which also blocks the other names of blocked values that are decided on.</summary>
    private static JsonElement WithNamesOfBlocked(JsonElement policy, IdentityDecisions decisions, int names)
    {
        var decided = Decided(decisions).Select(static one => one.Value).ToHashSet(StringComparer.Ordinal);
        var copy = JsonNode.Parse(policy.GetRawText())!;
        foreach (var owner in copy["namespaces"]!.AsArray().Append(copy))
        {
            if (owner!["blocked"]?["values"] is not JsonArray values)
                continue;
            foreach (var value in values.Select(static value => value!.GetValue<string>()).Where(decided.Contains)
                .ToArray())
            {
                for (var number = 1; number <= names; number++)
                    values.Add(value + SuffixOfBlocked(number));
            }
        }

        return JsonSerializer.SerializeToElement(copy);
    }

    private static IEnumerable<IEnumerable<string>> Lists(JsonElement lists) =>
        lists.EnumerateArray().Select(list => list.EnumerateArray().Select(one => one.GetString()!));
}
