using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Normalisation;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Definitions;

/// <summary>Reads the events and decisions of an identity case.</summary>
internal static class IdentityCaseReader
{
    /// <summary>Most events of one case.</summary>
    private const int MaxEvents = 1_000_000;

    /// <summary>Most identifiers of one event.</summary>
    private const int MaxIdentifiers = 100;

    /// <summary>Most decisions of one case.</summary>
    private const int MaxDecisions = 10_000;

    public static ImmutableArray<EvidenceSet> ReadEvents(CaseElement events, IdentityPolicy policy)
    {
        var sets = ImmutableArray.CreateBuilder<EvidenceSet>();
        foreach (var one in events.Items(MaxEvents))
        {
            one.Members("eventTime", "identifiers");
            var eventTime = new EventTime(one.Required("eventTime", "Give a whole number, in any unit.").Time());
            sets.Add(new EvidenceSet([.. new SortedSet<Identifier>(Identifiers(one, policy))], eventTime, eventTime));
        }

        return sets.ToImmutable();
    }

    public static IdentityDecisions ReadDecisions(CaseElement decisions, IdentityPolicy policy)
    {
        var mustLinks = new List<IdentityDecision>();
        var cannotLinks = new List<IdentityDecision>();
        var linkable = new List<LinkableValue>();
        foreach (var one in decisions.Items(MaxDecisions))
        {
            one.Members("id", "kind", "identifiers");
            var id = one.Required("id", "Name the decision.");
            if (id.Text().Length == 0)
                throw id.Fault("is empty", "Name the decision.");
            var kind = one.Required("kind", "Say which decision it is.");
            switch (kind.Text())
            {
                case "must_link":
                    mustLinks.Add(new IdentityDecision(id.Text(), Pair(one, policy)));
                    break;
                case "cannot_link":
                    cannotLinks.Add(new IdentityDecision(id.Text(), Pair(one, policy)));
                    break;
                case "linkable":
                    linkable.Add(new LinkableValue(id.Text(), Named(one, policy, 1)[0]));
                    break;
                default:
                    throw kind.Fault("is not a known kind", "Known are must_link, cannot_link and linkable.");
            }
        }

        return new IdentityDecisions(mustLinks, cannotLinks, linkable);
    }

    private static IdentifierPair Pair(CaseElement decision, IdentityPolicy policy) =>
        Named(decision, policy, 2) is [var one, var other] && one != other
            ? new IdentifierPair(one, other)
            : throw decision.Fault("names one identifier twice", "Name two different ones.");

    private static Identifier[] Named(CaseElement decision, IdentityPolicy policy, int count)
    {
        var identifiers = Identifiers(decision, policy).ToArray();
        return identifiers.Length == count
            ? identifiers
            : throw decision.Required("identifiers", "Name them.")
                .Fault($"has {identifiers.Length} identifiers", $"Name {count}.");
    }

    private static IEnumerable<Identifier> Identifiers(CaseElement of, IdentityPolicy policy)
    {
        foreach (var at in of.Required("identifiers", "Give an array.").Items(MaxIdentifiers))
        {
            at.Members("namespace", "value");
            var result = IdentifierNormaliser.Normalise(
                policy, at.Required("namespace", "Name it.").Text(), at.Required("value", "Give it.").Text());
            yield return result.TryGet(out var normalised, out var error)
                ? normalised
                : throw at.Fault($"is refused: {error.Reason}", error.Remedy);
        }
    }
}
