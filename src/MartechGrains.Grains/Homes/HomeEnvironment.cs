using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Views;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Grains.Homes;

/// <summary>What the homes of a silo work with.</summary>
/// <param name="writer">The silo's one writer.</param>
/// <param name="journals">The journals.</param>
/// <param name="policies">The versions of the identity policy.</param>
/// <param name="views">The live views.</param>
/// <param name="changes">The live edge of the change feed.</param>
/// <param name="grains">Other homes.</param>
/// <param name="damaged">Is told of homes that cannot be read.</param>
/// <param name="time">The clock.</param>
public sealed class HomeEnvironment(
    JournalWriter writer, HomeJournals journals, PolicyCache policies, LiveViews views, ChangePublisher changes,
    IGrainFactory grains, DamagedHomes damaged, TimeProvider time)
{
    internal JournalWriter Writer { get; } = writer;

    internal PolicyCache Policies { get; } = policies;

    internal LiveViews Views { get; } = views;

    internal ChangePublisher Changes { get; } = changes;

    internal IGrainFactory Grains { get; } = grains;

    internal DamagedHomes Damaged { get; } = damaged;

    /// <summary>The present.</summary>
    internal IngestTime Now => time.Now();

    /// <summary>Whether the silo may answer (rule H11). One process alone always may.</summary>
#pragma warning disable CA1822 // Of the silo, when there are several.
    internal bool HoldsLease => true;
#pragma warning restore CA1822

    internal HomeJournal JournalOf(HomeId home) => journals.Of(home);
}
