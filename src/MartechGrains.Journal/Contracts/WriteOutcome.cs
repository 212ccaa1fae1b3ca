using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>What became of one <see cref="StoreWrite"/>.</summary>
public enum WriteStatus
{
    /// <summary>It is on disk.</summary>
    Committed,

    /// <summary>
    /// It is not, and never will be: somebody else wrote that place first. Reload before writing again.
    /// </summary>
    Fenced,

    /// <summary>
    /// It is not on disk: the store refused this very write (for example, it is malformed or too large).
    /// </summary>
    Refused,
}

/// <summary>The outcome of one write.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Home">For a <see cref="RendezvousWrite"/>: the home that stands there.</param>
/// <param name="Error">For <see cref="WriteStatus.Refused"/>: what the store said.</param>
public readonly record struct WriteOutcome(WriteStatus Status, HomeId Home = default, string? Error = null);
