using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>What decides whether an identifier anchors its profile, before its rank does.</summary>
internal readonly record struct AnchorRank(bool IsInert, bool IsContested, EventTime Earliest)
{
    /// <summary>
    /// An inert value anchors only where nothing else is, and then by rank alone: its events may lie in several homes,
    /// so no home knows its earliest one. A contested value anchors only where nothing uncontested does: else an id
    /// handed out for one person would name the next one it goes to.
    /// </summary>
    /// <returns>Negative where this one comes first; 0 where rank decides.</returns>
    public int CompareTo(AnchorRank other)
    {
        if (IsInert != other.IsInert)
            return IsInert ? 1 : -1;
        if (IsContested != other.IsContested)
            return IsContested ? 1 : -1;
        return IsInert ? 0 : Earliest.CompareTo(other.Earliest);
    }
}
