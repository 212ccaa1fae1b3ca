using MartechGrains.Core.Events;

namespace MartechGrains.Core.Consent;

/// <summary>What a profile's consent to one purpose is, by the statement that decides it.</summary>
/// <param name="IsGranted">Whether it was granted; if not, it was denied.</param>
/// <param name="Origin">Which event stated it, and when.</param>
public readonly record struct ConsentState(bool IsGranted, EventOrigin Origin)
{
    /// <summary>
    /// Whether this decides against another one of the same purpose: the later event time does, and of one time a
    /// denial. Two of a kind are told apart by source and event id, so that the same one is shown everywhere.
    /// </summary>
    public bool Beats(ConsentState other)
    {
        if (Origin.EventTime != other.Origin.EventTime) return Origin.EventTime > other.Origin.EventTime;
        return IsGranted != other.IsGranted ? !IsGranted : Origin > other.Origin;
    }
}
