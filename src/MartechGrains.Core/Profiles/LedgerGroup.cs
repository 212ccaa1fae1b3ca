using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Profiles;

/// <summary>A fact group as a home holds it: the events that carried one same set of identifiers.</summary>
public sealed class LedgerGroup
{
    internal LedgerGroup(int ordinal, IdentifierSet set, ImmutableArray<Identifier> identifiers, long eventTime)
        : this(ordinal, set, identifiers, eventTime, eventTime, new FactGroup(), new GroupTraits(), new GroupConsents())
    {
    }

    internal LedgerGroup(
        int ordinal, IdentifierSet set, ImmutableArray<Identifier> identifiers, long oldest, long newest,
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

    /// <summary>Smallest event time, in milliseconds since 1970 UTC.</summary>
    public long OldestEventTime { get; private set; }

    /// <summary>Largest event time.</summary>
    public long NewestEventTime { get; private set; }

    /// <summary>What its events add up to.</summary>
    public FactGroup Facts { get; }

    /// <summary>What its events declared.</summary>
    public GroupTraits Traits { get; }

    /// <summary>What its events stated of consent.</summary>
    public GroupConsents Consents { get; }

    /// <summary>The group as identity resolution sees it.</summary>
    public EvidenceSet Evidence => new(Identifiers, OldestEventTime, NewestEventTime);

    internal void Widen(long eventTime)
    {
        OldestEventTime = Math.Min(OldestEventTime, eventTime);
        NewestEventTime = Math.Max(NewestEventTime, eventTime);
    }
}
