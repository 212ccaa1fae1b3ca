using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Settles, for a home that is about to absorb another, which of two bodies stands that they hold under one
/// (source, event id): the one that was accepted first, of two accepted at once the one with the smaller content hash.
/// That is the smallest of all deliveries there ever were of the id in either, so the order of unions does not show.
/// </summary>
/// <param name="winner">The home; its rows are on disk.</param>
/// <param name="loser">The home that it absorbs, up to its head.</param>
/// <param name="head">That head.</param>
/// <param name="numbers">Where readings get their numbers.</param>
internal sealed class ConflictSettling(HomeState winner, HomeState loser, int head, ReadingNumbers numbers)
    : Routine<HomeEffect, IReadOnlyList<SettledConflict>>
{
    /// <inheritdoc/>
    public override IEnumerable<HomeEffect> Run()
    {
        var hashes = winner.Ledger.HeldOtherwiseIn(loser.Ledger);
        if (hashes.Count == 0)
        {
            Result = [];
            yield break;
        }
        var own = new BodiesReading(winner.Id, winner.Seq, hashes, numbers, depth: 0);
        foreach (var effect in own.Run()) yield return effect;
        var theirs = new BodiesReading(loser.Id, head, hashes, numbers, depth: 1);
        foreach (var effect in theirs.Run()) yield return effect;
        var (firstHere, firstThere) = (FirstOf(own.Result!, winner.Ledger), FirstOf(theirs.Result!, loser.Ledger));
        Result = [.. hashes.Order().Select(hash => Settle(firstHere[hash], firstThere[hash]))];
    }

    private static SettledConflict Settle(JournaledBody one, JournaledBody other) =>
        PlaceOf(one).CompareTo(PlaceOf(other)) < 0 ? new(one, other) : new(other, one);

    /// <summary>Of each id the first delivery of the body that stands in a ledger.</summary>
    private static Dictionary<EventHash, JournaledBody> FirstOf(IEnumerable<JournaledBody> bodies, HomeLedger ledger)
    {
        var first = new Dictionary<EventHash, JournaledBody>();
        foreach (var body in bodies)
        {
            if (!ledger.Holds(body.Applied.Event)) continue;
            var hash = body.Applied.Event.Hash;
            if (!first.TryGetValue(hash, out var known) || body.Applied.At < known.Applied.At) first[hash] = body;
        }
        return first;
    }

    private static (long At, ulong Content) PlaceOf(JournaledBody body) =>
        (body.Applied.At.Milliseconds, body.Applied.Event.ContentHash);
}
