using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.State;

/// <summary>Why identities changed. The numbers are stored.</summary>
public enum IdentityCauseKind : byte
{
    /// <summary>An event brought evidence.</summary>
    Event = 1,

    /// <summary>An operator decided, or undid a decision.</summary>
    Decision = 2,

    /// <summary>The identity policy changed.</summary>
    Policy = 3,

    /// <summary>A value became generic, or linkable again.</summary>
    Value = 4,

    /// <summary>Evidence that another home held is in this one now.</summary>
    Union = 5,
}

/// <summary>Why identities changed: the newest entry of the same append that bears on the change.</summary>
/// <param name="Kind">Which kind; it says which other field is set.</param>
/// <param name="Source">For an event its source, also for one that a union displaced.</param>
/// <param name="EventId">For an event its id, likewise.</param>
/// <param name="Decision">For a decision its id.</param>
/// <param name="PolicyVersion">For a policy its version.</param>
/// <param name="Value">For a value its identifier's key.</param>
/// <param name="Home">For a union the home taken in.</param>
public sealed record IdentityCause(
    IdentityCauseKind Kind,
    string Source = "",
    string EventId = "",
    DecisionId? Decision = null,
    int PolicyVersion = 0,
    IdentifierKey? Value = null,
    HomeId? Home = null);
