using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// All deliveries of some events by a home's journal, those of homes that it has absorbed included, each with the row
/// that accepted it.
/// </summary>
internal sealed class BodiesReading(
    HomeId home, int upTo, IReadOnlySet<EventHash> wanted, ReadingNumbers numbers, int depth)
    : JournalReading<IReadOnlyList<JournaledBody>>(home, upTo, numbers, depth)
{
    private readonly List<JournaledBody> _found = [];

    protected override IEnumerable<HomeEffect>? Take(HomeEntry entry, int seq)
    {
        if (entry is EventApplied applied && wanted.Contains(applied.Event.Hash))
            _found.Add(new JournaledBody(applied, Home, seq));
        return entry is HomeAbsorbed absorbed ? Inherit(absorbed) : null;
    }

    protected override IReadOnlyList<JournaledBody> Conclude() => _found;

    private IEnumerable<HomeEffect> Inherit(HomeAbsorbed absorbed)
    {
        var loser = new BodiesReading(absorbed.Loser, absorbed.Head, wanted, Numbers, Depth + 1);
        foreach (var effect in loser.Run()) yield return effect;
        _found.AddRange(loser.Result!);
    }
}
