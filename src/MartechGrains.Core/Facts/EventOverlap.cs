using MartechGrains.Core.Events;

namespace MartechGrains.Core.Facts;

/// <summary>
/// An event that two homes have both counted. Where a side holds it exactly, that side can take it out by itself
/// (<see cref="EventIndex.TryRemove"/>); where it is folded, that side's group is refolded from the journal.
/// </summary>
/// <param name="Fingerprint">Low 64 bits of the event's hash.</param>
/// <param name="Hash">The whole hash; null where both sides have folded it and only the journal knows.</param>
/// <param name="Here">Group that holds it exactly in this index; -1 where it is folded or unknown.</param>
/// <param name="There">Group that holds it exactly in the other index; -1 where it is folded or unknown.</param>
public readonly record struct EventOverlap(ulong Fingerprint, EventHash? Hash, int Here, int There);
