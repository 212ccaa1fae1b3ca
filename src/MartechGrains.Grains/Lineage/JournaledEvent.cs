using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Lineage;

/// <summary>An event as a journal holds it, with what explanations need.</summary>
/// <param name="Applied">The entry.</param>
/// <param name="Row">Its row, at the home that journaled it.</param>
/// <param name="Codec">Opens its payload.</param>
public sealed record JournaledEvent(EventApplied Applied, JournalRow Row, HomeCodec Codec)
{
    /// <summary>The event.</summary>
    public CanonicalEvent Event => Applied.Event;

    /// <summary>Where each derived value came from; read from the sealed payload.</summary>
    public ImmutableArray<SourceField> SourceFields => Codec.OpenPayload(Row).Fields;

    /// <summary>Orders by event time, then source, then event id: the order in which explanations tell.</summary>
    public static int CompareByTime(JournaledEvent a, JournaledEvent b) =>
        a.Event.Origin.CompareTo(b.Event.Origin);
}

/// <summary>One home taken in by another.</summary>
/// <param name="From">The home taken in.</param>
/// <param name="Into">The home that took it in.</param>
/// <param name="Seq">The row at that home.</param>
public readonly record struct JournaledMerge(HomeId From, HomeId Into, int Seq);

/// <summary>All evidence of a home as its journals tell it, those of absorbed homes included.</summary>
/// <param name="Events">Each (source, event id) once, in event-time order.</param>
/// <param name="Merges">In the order in which they are found: inner ones first.</param>
public sealed record HomeHistory(IReadOnlyList<JournaledEvent> Events, IReadOnlyList<JournaledMerge> Merges);
