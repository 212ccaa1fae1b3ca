using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Verification;

/// <summary>What can be wrong in a store. The numbers are those of the public contract.</summary>
public enum FindingKind
{
    /// <summary>A row of a home is missing or damaged; those after it cannot be read.</summary>
    RowDamaged = 1,

    /// <summary>A home's last rows are lost: from this one on, they were once there.</summary>
    LastRowsLost = 2,

    /// <summary>A home has no rows any more.</summary>
    HomeLost = 3,

    /// <summary>The payload of an event cannot be opened; the event itself counts.</summary>
    PayloadUnreadable = 4,

    /// <summary>A home was absorbed and does not say so: the row in which it did is lost.</summary>
    MoveLost = 5,

    /// <summary>An identifier that a home has registered has no pointer.</summary>
    PointerLost = 6,

    /// <summary>An identifier's pointer leads to another home than the one that has registered it.</summary>
    PointerAstray = 7,

    /// <summary>An identifier's pointer leads to a home that has no rows.</summary>
    PointerWithoutHome = 8,

    /// <summary>An identifier's pointer cannot be read.</summary>
    PointerDamaged = 9,

    /// <summary>A home's snapshot cannot be read; the home is read from its journal instead.</summary>
    SnapshotDamaged = 10,

    /// <summary>The row of an operator's decision cannot be read.</summary>
    DecisionDamaged = 11,
}

/// <summary>One thing that is wrong. Holds no personal data.</summary>
/// <param name="Kind">What.</param>
/// <param name="Home">The home it is about, if any.</param>
/// <param name="Row">The row of that home; 0 for none.</param>
/// <param name="Identifier">The identifier it is about, by key, if any.</param>
/// <param name="Decision">The decision it is about, if any.</param>
public sealed record Finding(
    FindingKind Kind, HomeId? Home = null, int Row = 0, IdentifierKey? Identifier = null, DecisionId? Decision = null);

/// <summary>How far a verification has come.</summary>
/// <param name="Homes">Homes read.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Pointers">Pointers read.</param>
/// <param name="Batches">Commits whose homes were looked for.</param>
/// <param name="Decisions">Decisions read.</param>
/// <param name="Findings">Things found wrong.</param>
public readonly record struct VerificationProgress(
    long Homes, long Rows, long Pointers, long Batches, long Decisions, long Findings);
