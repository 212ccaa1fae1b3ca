namespace MartechGrains.Core.Facts;

/// <summary>Whether a home has counted an event.</summary>
public enum EventPresence
{
    /// <summary>Certainly not.</summary>
    Absent,

    /// <summary>Certainly, and its row is exact.</summary>
    Present,

    /// <summary>It is older than the exact rows and its fingerprint is known: only the journal can tell.</summary>
    Uncertain,
}

/// <summary>The answer of <see cref="EventIndex.Lookup"/>.</summary>
/// <param name="Presence">Whether the event has been counted.</param>
/// <param name="ContentHash">Where present: its content, to tell a repeated delivery from a conflicting one.</param>
/// <param name="Seq">Where present: its journal sequence number at the home that first journaled it.</param>
/// <param name="Group">Where present: the ordinal of its group in the index; else -1.</param>
public readonly record struct EventLookup(EventPresence Presence, ulong ContentHash, int Seq, int Group)
{
    internal static EventLookup Absent => new(EventPresence.Absent, 0, 0, -1);

    internal static EventLookup Uncertain => new(EventPresence.Uncertain, 0, 0, -1);
}
