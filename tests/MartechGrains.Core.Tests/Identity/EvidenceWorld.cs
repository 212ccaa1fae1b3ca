using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>
/// Random evidence of a few people who share devices, mailboxes and logins, with policy and decisions.
/// </summary>
internal sealed record EvidenceWorld(
    ImmutableArray<EvidenceSet> Events, IdentityPolicy Policy, IdentityDecisions Decisions)
{
    /// <summary>Evidence that links no more.</summary>
    public ImmutableArray<EvidenceSet> Retracted { get; init; } = [];

    public const string Crm = "crm";
    public const string Mail = "mail";
    public const string Login = "login";
    public const string Device = "device";

    private static readonly string[] Names = [Crm, Mail, Login, Device];

    public static readonly Gen<Identifier> AnyIdentifier =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], (name, i) => new Identifier(Names[name], $"{Names[name]}{i}"));

    public static readonly Gen<EvidenceSet> Event = Gen.Select(
        Gen.Int[0, 8], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 6], Gen.Int[0, 39], Gen.Long[0, 12],
        (crm, mail, login, device, other, time) =>
        {
            var set = new SortedSet<Identifier>();
            Add(set, Crm, crm, 5);
            Add(set, Mail, mail, 4);
            Add(set, Login, login, 3);
            Add(set, Device, device, 4);
            Add(set, other % 2 == 0 ? Device : Mail, other, 4);
            if (set.Count == 0)
                set.Add(new Identifier(Device, "device0"));
            return new EvidenceSet([.. set], new(time), new(time));
        });

    private static readonly Gen<IdentityPolicy> AnyPolicy = Gen.Select(
        Gen.Int[1, 3], Gen.Int[0, 2], Gen.Enum<ContestedRule>(), Gen.Enum<ContestedRule>(), Gen.Int[2, 3],
        (genericAfter, mailMax, contested, deviceContested, loginPriority) => Policies(
            genericAfter < 2 ? null : genericAfter, mailMax == 0 ? null : mailMax, contested, deviceContested,
            loginPriority));

    private static readonly Gen<IdentityDecisions> AnyDecisions = Gen.Select(
        Gen.Select(AnyIdentifier, AnyIdentifier).Array[0, 2], Gen.Select(AnyIdentifier, AnyIdentifier).Array[0, 2],
        (must, cannot) => new IdentityDecisions(Decide(must, "m"), Decide(cannot, "c")));

    /// <summary>With decisions.</summary>
    public static readonly Gen<EvidenceWorld> Any = Gen.Select(Event.Array[1, 14], AnyPolicy, AnyDecisions,
        (events, policy, decisions) => new EvidenceWorld([.. events], policy, decisions));

    /// <summary>Blocked values and patterns, limits within windows, and small components for an alert.</summary>
    public static readonly Gen<IdentityPolicy> WildPolicy = Gen.Select(
        AnyPolicy, Gen.Int[0, 3], Gen.Long[1, 9], Gen.Int[0, 3], Gen.Long[1, 9], Gen.Int[0, 3],
        (policy, mailMax, mailWindow, deviceMax, deviceWindow, blocked) => new IdentityPolicy(1,
            policy.Namespaces.Select(n => n.Name switch
            {
                Mail when mailMax > 0 => n with { MaxPerProfile = mailMax, LimitWindow = mailWindow },
                Device when deviceMax > 0 => n with { MaxPerProfile = deviceMax, LimitWindow = deviceWindow },
                Login when blocked > 1 => n with { Blocked = new BlockedValues([], ["^login[01]$"]) },
                _ => n,
            }),
            blocked % 2 == 1 ? new BlockedValues(["CRM1", "mail0"], ["e3$"]) : null,
            maxIdentifiers: 4));

    /// <summary>With decisions of all kinds; they may name identifiers without evidence.</summary>
    public static readonly Gen<IdentityDecisions> WildDecisions = Gen.Select(AnyDecisions, AnyIdentifier.Array[0, 2],
        (decisions, linkable) => new IdentityDecisions(decisions.MustLinks, decisions.CannotLinks,
            linkable.Select((identifier, i) => new LinkableValue($"l{i}", identifier))));

    /// <summary>With everything that policies, decisions and retractions can do.</summary>
    public static readonly Gen<EvidenceWorld> Wild = Gen.Select(
        Event.Array[1, 14], WildPolicy, WildDecisions, Event.Array[0, 3],
        (events, policy, decisions, retracted) =>
            new EvidenceWorld([.. events], policy, decisions) { Retracted = [.. retracted] });

    public static IdentityPolicy Policies(
        int? genericAfter = null, int? mailMax = null, ContestedRule contested = ContestedRule.LastAuthenticated,
        ContestedRule deviceContested = ContestedRule.LastAuthenticated, int loginPriority = 3) => new(1,
    [
        Shared(Crm, 1, null, contested) with { MaxPerProfile = 1 },
        Shared(Mail, 2, genericAfter, contested) with { MaxPerProfile = mailMax },
        Shared(Login, loginPriority, genericAfter, contested),
        Shared(Device, 4, genericAfter, deviceContested),
    ]);

    public override string ToString() =>
        string.Join(' ', Events.Select(e => $"{e.OldestEventTime}{{{string.Join(',', e.Identifiers)}}}"))
        + " retracted " + string.Join(' ', Retracted.Select(e => string.Join(',', e.Identifiers)))
        + " linkable " + string.Join(' ', Decisions.LinkableValues) + " must "
        + string.Join(' ', Decisions.MustLinks) + " cannot " + string.Join(' ', Decisions.CannotLinks)
        + " policy " + string.Join(' ', Policy.Namespaces);

    public ResolvedPartition Resolve(
        IReadOnlySet<Identifier>? generic = null, IReadOnlySet<Identifier>? unconfirmed = null) =>
        Resolver.Resolve(Events, Decisions, Policy, generic, unconfirmed, Retracted);

    private static NamespacePolicy Shared(
        string name, int priority, int? genericAfter, ContestedRule contested) => new()
        {
            Name = name,
            Priority = priority,
            GenericAfter = contested == ContestedRule.Nobody ? null : genericAfter,
            Contested = contested,
        };

    private static void Add(SortedSet<Identifier> set, string name, int value, int count)
    {
        if (value < count)
            set.Add(new Identifier(name, $"{name}{value}"));
    }

    private static IEnumerable<IdentityDecision> Decide(
        (Identifier One, Identifier Other)[] pairs, string prefix) => pairs
        .Where(p => p.One != p.Other)
        .Select((p, i) => new IdentityDecision($"{prefix}{i}", new IdentifierPair(p.One, p.Other)));
}
