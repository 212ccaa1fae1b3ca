using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Feed;

/// <summary>What a change feed entry tells.</summary>
public enum FeedChangeKind
{
    /// <summary>An event was added to the profile.</summary>
    Changed = 1,

    /// <summary>Other profiles became part of it.</summary>
    Merged = 2,

    /// <summary>Identifiers that were part of it are profiles of their own.</summary>
    Split = 3,

    /// <summary>It is called otherwise: another of its identifiers gives it its id.</summary>
    AnchorChanged = 4,

    /// <summary>A link to another profile was refused.</summary>
    LinkRefused = 5,

    /// <summary>Events of it were retracted, or count again.</summary>
    Revised = 6,

    /// <summary>An event of it was displaced by another body of the same id, and is in quarantine.</summary>
    EventDisplaced = 7,
}

/// <summary>One change of one profile, as a journal row tells it. Holds no personal data.</summary>
/// <param name="EntryId">Stable and unique.</param>
/// <param name="Kind">What changed.</param>
/// <param name="Profile">The profile, as it was called after the change; null for events that are nobody's.</param>
/// <param name="Others">For changes of identities: the other profiles; see <see cref="IdentityChange.Others"/>.</param>
/// <param name="Source">The event's source; empty where no event caused it.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="EventTime">Of a changed profile its event time; else 1970.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Home">The home whose journal holds it.</param>
/// <param name="Seq">Its row there.</param>
/// <param name="Cause">For changes of identities: why they happened.</param>
/// <param name="RefusedBy">For refused links: what is in the way.</param>
public sealed record Change(
    string EntryId,
    FeedChangeKind Kind,
    ProfileId? Profile,
    ImmutableArray<ProfileId> Others,
    string Source,
    string EventId,
    EventTime EventTime,
    IngestTime RecordedAt,
    HomeId Home,
    int Seq,
    IdentityCause? Cause = null,
    RefusalRule? RefusedBy = null);

/// <summary>
/// Reads changes from journal rows, each for itself and without keys: only open fields are looked at.
/// </summary>
public static class ChangeReading
{
    /// <summary>
    /// The changes that a row tells of: one for an event, several for changes of identities, none otherwise.
    /// </summary>
    /// <exception cref="EntryFormatException">The row is damaged.</exception>
    public static IEnumerable<Change> Of(JournalRow row)
    {
        Entry entry;
        try
        {
            entry = Entry.Parser.ParseFrom(row.Entry.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} is damaged.", error);
        }
        return entry.KindCase switch
        {
            Entry.KindOneofCase.Applied => [OfEvent(entry.Applied, row)],
            Entry.KindOneofCase.Changed => OfIdentities(IdentityFormat.Decode(entry.Changed), row),
            _ => [],
        };
    }

    private static Change OfEvent(Applied applied, JournalRow row) => new(
        FeedBatch.EntryId(row), FeedChangeKind.Changed, EntryFormat.ProfileOf(applied), [], applied.Source,
        applied.EventId, new EventTime(applied.EventTime), EntryFormat.IngestTimeOf(applied), row.Home, row.Seq);

    private static IEnumerable<Change> OfIdentities(IdentityChanged changed, JournalRow row) =>
        changed.Changes.Select((change, i) => new Change(
            $"{FeedBatch.EntryId(row)}.{i}",
            KindOf(change.Kind, row), change.Profile, change.Others, change.Cause.Source, change.Cause.EventId, default,
            changed.At, row.Home, row.Seq, change.Cause, change.RefusedBy));

    private static FeedChangeKind KindOf(IdentityChangeKind kind, JournalRow row) => kind switch
    {
        IdentityChangeKind.Merged => FeedChangeKind.Merged,
        IdentityChangeKind.Split => FeedChangeKind.Split,
        IdentityChangeKind.AnchorChanged => FeedChangeKind.AnchorChanged,
        IdentityChangeKind.LinkRefused => FeedChangeKind.LinkRefused,
        IdentityChangeKind.Revised => FeedChangeKind.Revised,
        IdentityChangeKind.EventDisplaced => FeedChangeKind.EventDisplaced,
        _ => throw new EntryFormatException($"Row {row.Seq} of home {row.Home} tells of unknown change {kind}."),
    };
}
