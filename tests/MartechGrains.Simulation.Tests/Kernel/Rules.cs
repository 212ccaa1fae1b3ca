
namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// The rules of docs/protocol.md. A schedule switches one off, in the machines or around them, to show what it is there
/// for.
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

    /// <summary>H11: nothing is answered but under the silo's lease.</summary>
    public bool AnswerUnderLease { get; init; } = true;

    /// <summary>H11: a home answers reads under its silo's lease only.</summary>
    public bool ReadUnderLease { get; init; } = true;

    /// <summary>H11: a home has itself absorbed under its silo's lease only.</summary>
    public bool AbsorbedUnderLease { get; init; } = true;

    /// <summary>H11: an activation begins only when the lease of the one before it has run out.</summary>
    public bool AwaitLeaseOfPredecessor { get; init; } = true;

    /// <summary>An answer that must not go ahead of the disk is given after its append.</summary>
    public bool AppendBeforeReply { get; init; } = true;

    /// <summary>A view is withdrawn before anything that outdates it is acknowledged. Off: right afterwards.</summary>
    public bool WithdrawViews { get; init; } = true;

    /// <summary>What is appended at once is journaled in the order in which it was folded.</summary>
    public bool JournalInOrder { get; init; } = true;

    /// <summary>An answer that goes ahead of the disk waits for messages before it that must not.</summary>
    public bool EarlyAnswersKeepOrder { get; init; } = true;

    /// <summary>
    /// A confirmation that the pointer will not repeat, or of a join that others opened, is journaled first.
    /// </summary>
    public bool JournalBeforeConfirming { get; init; } = true;

    /// <summary>H12: neighbours are reported whenever they change, not at first sight alone.</summary>
    public bool ReportEachChange { get; init; } = true;

    /// <summary>Reads drive what a crash may have left open although it was acknowledged.</summary>
    public bool RecoverBeforeRead { get; init; } = true;

    /// <summary>An event whose identifiers are all inert meets the home of its smallest key.</summary>
    public bool InertMeetBySmallestKey { get; init; } = true;

    /// <summary>
    /// H14: k0 of a rendezvous is the smallest key of all identifiers, whatever the policy says of them.
    /// </summary>
    public bool RendezvousBySmallestKey { get; init; } = true;

    /// <summary>H15: a retraction outlives the event it takes out. Off: it only takes out what is there.</summary>
    public bool RetractionsStay { get; init; } = true;

    /// <summary>H16: a retraction is routed and joined like its event. Off: it goes where the event is found.</summary>
    public bool RetractionsAreRouted { get; init; } = true;

    /// <summary>H17, H25: decisions move with their home.</summary>
    public bool DecisionsTravel { get; init; } = true;

    /// <summary>H18: carriers of a value that is to link again are united. Off: they are only told.</summary>
    public bool UniteCarriers { get; init; } = true;

    /// <summary>H20: a home that has moved reports no more.</summary>
    public bool SupersedeReports { get; init; } = true;

    /// <summary>H21: a carrier is handled for one epoch only.</summary>
    public bool HandledForEpoch { get; init; } = true;

    /// <summary>H22: a value that is to link again is inert for lookups until its carriers are one home.</summary>
    public bool InertUntilUnited { get; init; } = true;

    /// <summary>H23, H24: a view links an identifier only once its join is confirmed there.</summary>
    public bool ViewsLinkConfirmedOnly { get; init; } = true;

    /// <summary>A cannot-link is kept at each of its ends. Off: at one, which rules H23 and H24 make enough.</summary>
    public bool CannotLinkAtBothEnds { get; init; } = true;

    /// <summary>H26: what is undone stays undone. Off: undoing only takes out what is there.</summary>
    public bool UndoneStays { get; init; } = true;

    /// <summary>H27: a must-link makes both ends meet. Off: it only joins the first.</summary>
    public bool MustLinksJoinBothEnds { get; init; } = true;

    /// <summary>H29: a value links again only when every carrier has spoken under the new policy.</summary>
    public bool JudgeWhenAllHaveSpoken { get; init; } = true;

    /// <summary>H30, H31: homes report anew under a new policy.</summary>
    public bool ReportUnderNewPolicy { get; init; } = true;

    /// <summary>H32: a row adopts the newest policy it was told of, never an older one.</summary>
    public bool NewestPolicyStands { get; init; } = true;

    /// <summary>H33: joins carry the home's policy version. Off: the row takes its own for it.</summary>
    public bool JoinsCarryPolicy { get; init; } = true;

    /// <summary>
    /// H34: of two bodies that two homes accepted under one id one stands, and the other is in quarantine. Off: the
    /// winner of the union keeps its own, and forgets the other.
    /// </summary>
    public bool SettleConflicts { get; init; } = true;

    /// <summary>H34: what is displaced is in quarantine by the commit that displaces it. Off: after it.</summary>
    public bool QuarantineWithAppend { get; init; } = true;
}
