using System.Collections.Immutable;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// All events that carried one same set of identifiers, as identity resolution sees them: links are all pairs of the
/// set, and per pair only the oldest and the newest event time matter.
/// </summary>
/// <param name="Identifiers">The set, distinct, sorted; blocked ones included.</param>
/// <param name="OldestEventTime">Smallest event time of those events.</param>
/// <param name="NewestEventTime">Largest event time of those events.</param>
public sealed record EvidenceSet(
    ImmutableArray<Identifier> Identifiers, EventTime OldestEventTime, EventTime NewestEventTime);
