using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// A fact group as a home holds it: the events that carried one same set of identifiers and are not retracted.
/// </summary>
public sealed class LedgerGroup
{
    internal LedgerGroup(int ordinal, IdentifierSet set, ImmutableArray<Identifier> identifiers)
        : this(ordinal, set, identifiers, EventTime.MaxValue, EventTime.MinValue, new FactGroup(), new GroupTraits(),
            new GroupConsents())
    {
    }

    internal LedgerGroup(
        int ordinal, IdentifierSet set, ImmutableArray<Identifier> identifiers, EventTime oldest, EventTime newest,
        FactGroup facts, GroupTraits traits, GroupConsents consents)
    {
        Ordinal = ordinal;
        Set = set;
        Identifiers = identifiers;
        OldestEventTime = oldest;
        NewestEventTime = newest;
        Facts = facts;
        Traits = traits;
        Consents = consents;
    }

    /// <summary>Its number in this home, by first appearance from 0. Not the same in another home.</summary>
    public int Ordinal { get; }

    /// <summary>The keys, sorted.</summary>
    public IdentifierSet Set { get; }

    /// <summary>The identifiers, sorted by namespace and value.</summary>
    public ImmutableArray<Identifier> Identifiers { get; }

    /// <summary>Smallest event time; meaningless in an empty group.</summary>
    public EventTime OldestEventTime { get; private set; }

    /// <summary>Largest event time; meaningless in an empty group.</summary>
    public EventTime NewestEventTime { get; private set; }

    /// <summary>What its events add up to.</summary>
    public FactGroup Facts { get; private set; }

    /// <summary>What its events declared.</summary>
    public GroupTraits Traits { get; private set; }

    /// <summary>What its events stated of consent.</summary>
    public GroupConsents Consents { get; private set; }

    /// <summary>Whether no event counts: all that there were are retracted.</summary>
    public bool IsEmpty => Facts.Count == 0;

    /// <summary>The group as identity resolution sees it; not to be asked of an empty group.</summary>
    public EvidenceSet Evidence => new(Identifiers, OldestEventTime, NewestEventTime);

    /// <summary>It is to be folded anew.</summary>
    internal bool IsStale { get; set; }

    internal void Add(CanonicalEvent added, int seq)
    {
        Facts.Add(new FactRow(added.EventTime, added.Hash, added.ContentHash, added.Fact, seq));
        OldestEventTime = EventTime.Min(OldestEventTime, added.EventTime);
        NewestEventTime = EventTime.Max(NewestEventTime, added.EventTime);
        Traits.Add(added);
        Consents.Add(added);
    }

    internal void Clear() => (OldestEventTime, NewestEventTime, Facts, Traits, Consents) =
        (EventTime.MaxValue, EventTime.MinValue, new FactGroup(), new GroupTraits(), new GroupConsents());
}
