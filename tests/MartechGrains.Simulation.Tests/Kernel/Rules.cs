namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// Rules of the protocol that the drivers keep, or that can be undone around Core: a directed schedule switches one off
/// to show what it is there for.
/// </summary>
internal sealed record Rules
{
    public static readonly Rules All = new();

    /// <summary>H1: what two homes both hold counts once. Off: the winner takes copies for other events.</summary>
    public bool AbsorbByEventId { get; init; } = true;

    /// <summary>H2: what the router saw as linkable unites even if generic by now.</summary>
    public bool MembersUnite { get; init; } = true;

    /// <summary>H3, H13: attempts with a partial view agree on the home.</summary>
    public bool Rendezvous { get; init; } = true;

    /// <summary>H4: Apply returns what others opened, too.</summary>
    public bool OpenOfOthers { get; init; } = true;

    /// <summary>H5: open joins move with their home.</summary>
    public bool OpenJoinsTravel { get; init; } = true;

    /// <summary>H6: "absorbed?" is answered before "moved".</summary>
    public bool AbsorbedBeforeMoved { get; init; } = true;

    /// <summary>H7: a moving home asks its winner before it answers reads.</summary>
    public bool MovingRead { get; init; } = true;

    /// <summary>H8: a moving home takes no writes.</summary>
    public bool Freeze { get; init; } = true;

    /// <summary>H9: moving homes are swept.</summary>
    public bool SweepMoving { get; init; } = true;

    /// <summary>H10: identifier rows are written by compare and set.</summary>
    public bool PointerCas { get; init; } = true;

    /// <summary>H11: a read looks at the journal's head.</summary>
    public bool ReadFence { get; init; } = true;

    /// <summary>H12: neighbours are reported whenever they change, not at first sight alone.</summary>
    public bool ReportEachChange { get; init; } = true;

    /// <summary>Reads drive what a crash may have left open although it was acknowledged.</summary>
    public bool RecoverBeforeRead { get; init; } = true;

    /// <summary>An event whose identifiers are all inert meets the home of its smallest key.</summary>
    public bool InertMeetBySmallestKey { get; init; } = true;
}
