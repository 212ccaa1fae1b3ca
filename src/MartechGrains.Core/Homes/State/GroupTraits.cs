using MartechGrains.Core.Events;

namespace MartechGrains.Core.Homes.State;

/// <summary>One trait as an event declared it.</summary>
/// <param name="Origin">Which event, and when.</param>
/// <param name="Json">The value; <c>null</c> says that there is none.</param>
public readonly record struct DeclaredTrait(EventOrigin Origin, string Json);

/// <summary>
/// What each source said of each trait in one fact group, so that survivorship is computed and never overwritten.
/// The newest declaration per trait and source is enough, whatever the policy: all rules agree on which of two
/// declarations of one source survives, and merging or splitting profiles only changes which groups are looked at.
/// Where an event is taken out, the group is made anew of those that are left (<see cref="Of"/>).
/// </summary>
public sealed class GroupTraits
{
    private readonly Dictionary<(string Name, string Source), DeclaredTrait> _declared = [];

    /// <summary>The traits of some events of one fact group, in any order, repetitions allowed.</summary>
    public static GroupTraits Of(IEnumerable<CanonicalEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var traits = new GroupTraits();
        foreach (var declaring in events) traits.Add(declaring);
        return traits;
    }

    /// <summary>Declared traits by name and source, in no order.</summary>
    public IReadOnlyDictionary<(string Name, string Source), DeclaredTrait> Declared => _declared;

    /// <summary>Folds the traits of one event.</summary>
    public void Add(CanonicalEvent declaring)
    {
        foreach (var trait in declaring.Traits)
        {
            var name = (trait.Name, declaring.Source);
            if (!_declared.TryGetValue(name, out var known) || declaring.Origin > known.Origin)
                _declared[name] = new DeclaredTrait(declaring.Origin, trait.Json);
        }
    }

    /// <summary>Takes over one declaration as it was; false where its name and source have one already.</summary>
    internal bool TryRestore(string name, DeclaredTrait declared) =>
        _declared.TryAdd((name, declared.Origin.Source), declared);
}
