using System.Collections.Frozen;
using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Consent;

/// <summary>
/// What the events of one fact group stated: per purpose the newest grant and the newest denial. That is enough: for
/// whom a statement counts depends on the group's identifiers alone, and of those that count the newest decides.
/// Where an event is taken out, the group is made anew of those that are left (<see cref="Of"/>).
/// </summary>
public sealed class GroupConsents
{
    // Most groups never state anything, and homes hold many groups.
    private Dictionary<ConsentStatement, EventOrigin>? _stated;

    /// <summary>The statements of some events of one fact group, in any order, repetitions allowed.</summary>
    public static GroupConsents Of(IEnumerable<CanonicalEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var consents = new GroupConsents();
        foreach (var stating in events) consents.Add(stating);
        return consents;
    }

    /// <summary>The newest event of each statement, in no order.</summary>
    public IReadOnlyDictionary<ConsentStatement, EventOrigin> Stated =>
        _stated ?? (IReadOnlyDictionary<ConsentStatement, EventOrigin>)
            FrozenDictionary<ConsentStatement, EventOrigin>.Empty;

    /// <summary>Whether nothing was stated.</summary>
    public bool IsEmpty => _stated is null;

    /// <summary>Folds the statements of one event.</summary>
    public void Add(CanonicalEvent stating)
    {
        ArgumentNullException.ThrowIfNull(stating);
        foreach (var statement in stating.Consents)
            if (!Stated.TryGetValue(statement, out var known) || stating.Origin > known)
                (_stated ??= [])[statement] = stating.Origin;
    }

    /// <summary>Takes over one statement as it was; false where it is there already.</summary>
    internal bool TryRestore(ConsentStatement statement, EventOrigin origin) =>
        (_stated ??= []).TryAdd(statement, origin);
}

/// <summary>The consent statements of a fact group, and its identifiers.</summary>
/// <param name="Identifiers">What its events carried, distinct; blocked ones may be among them.</param>
/// <param name="Consents">What they stated.</param>
public readonly record struct ConsentEvidence(ImmutableArray<Identifier> Identifiers, GroupConsents Consents);
