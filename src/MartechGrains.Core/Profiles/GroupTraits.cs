using MartechGrains.Core.Events;

namespace MartechGrains.Core.Profiles;

/// <summary>One trait as the newest event of one source in one fact group declared it.</summary>
/// <param name="EventTime">When it was declared, in milliseconds since 1970 UTC.</param>
/// <param name="Source">By which source.</param>
/// <param name="EventId">By which event.</param>
/// <param name="Json">The value; <c>null</c> cleared the trait.</param>
public readonly record struct DeclaredTrait(long EventTime, string Source, string EventId, string Json)
{
    /// <summary>
    /// Newer means later event time, then source, then event id; the order of arrival does not matter.
    /// </summary>
    public bool IsNewerThan(DeclaredTrait other)
    {
        if (EventTime != other.EventTime) return EventTime > other.EventTime;
        var bySource = string.CompareOrdinal(Source, other.Source);
        return bySource != 0 ? bySource > 0 : string.CompareOrdinal(EventId, other.EventId) > 0;
    }
}

/// <summary>
/// What each source said of each trait in one fact group, so that survivorship is computed and never overwritten.
/// </summary>
public sealed class GroupTraits
{
    private readonly Dictionary<(string Name, string Source), DeclaredTrait> _declared = [];

    /// <summary>Declared traits by name and source, in no order.</summary>
    public IReadOnlyDictionary<(string Name, string Source), DeclaredTrait> Declared => _declared;

    /// <summary>Folds the traits of one event.</summary>
    public void Add(CanonicalEvent declaring)
    {
        foreach (var trait in declaring.Traits)
        {
            var declared = new DeclaredTrait(declaring.EventTime, declaring.Source, declaring.EventId, trait.Json);
            var name = (trait.Name, declaring.Source);
            if (!_declared.TryGetValue(name, out var known) || declared.IsNewerThan(known)) _declared[name] = declared;
        }
    }

    /// <summary>Takes over one declaration as it was; false where its name and source have one already.</summary>
    internal bool TryRestore(string name, DeclaredTrait declared) =>
        _declared.TryAdd((name, declared.Source), declared);

    /// <summary>
    /// The surviving value per trait over several groups: the newest declaration of all. A declaration of <c>null</c>
    /// survives like any other and removes the trait.
    /// </summary>
    public static SortedDictionary<string, DeclaredTrait> Survivors(IEnumerable<GroupTraits> groups)
    {
        var survivors = new SortedDictionary<string, DeclaredTrait>(StringComparer.Ordinal);
        foreach (var group in groups)
            foreach (var ((name, _), declared) in group._declared)
                if (!survivors.TryGetValue(name, out var known)
                    || declared.IsNewerThan(known)) survivors[name] = declared;
        foreach (var cleared in survivors.Where(static pair => pair.Value.Json == "null")
            .Select(static pair => pair.Key).ToArray())
            survivors.Remove(cleared);
        return survivors;
    }
}
