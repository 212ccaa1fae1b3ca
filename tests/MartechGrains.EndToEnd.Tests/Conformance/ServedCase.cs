using System.Globalization;
using System.Text.Json;
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

    public ServedCase(JsonElement json)
    {
        var policy = json.GetProperty("policy");
        _case = IdentityCase.Read(
            policy, json.GetProperty("events"), json.TryGetProperty("decisions", out var decisions) ? decisions : null);
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
        .Concat(_case.Decisions.MustLinks.Concat(_case.Decisions.CannotLinks)
            .SelectMany(decision => new[] { decision.Pair.First, decision.Pair.Second }))
        .Concat(_case.Decisions.LinkableValues.Select(decision => decision.Identifier)).Distinct();

    /// <summary>
    /// Whether blocked values, which cannot be renamed, are more to the case than what links nothing.
    /// </summary>
    public bool DecidesOnBlocked => _case.Decisions.LinkableValues.Any(
        decision => _case.Policy.IsBlocked(decision.Identifier))
        || _case.Decisions.MustLinks.Concat(_case.Decisions.CannotLinks).Any(
            decision => _case.Policy.IsBlocked(decision.Pair.First) || _case.Policy.IsBlocked(decision.Pair.Second));

    /// <summary>
    /// Other names for the case's values, under which the rules make the same of it: ties that are broken by hashes
    /// may fall otherwise. Null where there are none.
    /// </summary>
    public Func<Identifier, Identifier>? Rename(int number)
    {
        const int attempts = 64;
        if (DecidesOnBlocked)
            return null;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"~{number}.{attempt}");
            Identifier Named(Identifier one) =>
                _case.Policy.IsBlocked(one) ? one : new Identifier(one.Namespace, one.Value + suffix);
            if (Resolved(Named) == Expected)
                return Named;
        }

        return null;
    }

    public Event EventOf(int index, string id, Func<Identifier, Identifier> named)
    {
        var set = _case.Evidence[index];
        var typed = new TypedEvent
        {
            EventId = id,
            EventTime = Timestamp.FromDateTime(_isInMilliseconds
                ? DateTime.UnixEpoch.AddMilliseconds(set.OldestEventTime)
                : Start.AddSeconds(set.OldestEventTime)),
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

    private static IEnumerable<IEnumerable<string>> Lists(JsonElement lists) =>
        lists.EnumerateArray().Select(list => list.EnumerateArray().Select(one => one.GetString()!));
}
