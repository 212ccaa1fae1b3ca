using MartechGrains.Core.Identity;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Damage;

/// <summary>
/// Tells the operator of homes that were found damaged, once for each, however many ask for it. Safe for use by several
/// threads.
/// </summary>
public sealed partial class DamagedHomes(ILogger<DamagedHomes> log)
{
    /// <summary>Most homes that are remembered as told of; beyond it, all are told of anew.</summary>
    public const int MaxRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<HomeId> _told = [];

    /// <summary>Notes that one was met.</summary>
    public void Note(HomeDamagedException damage)
    {
        ArgumentNullException.ThrowIfNull(damage);
        lock (_lock)
        {
            if (_told.Contains(damage.Home)) return;
            if (_told.Count == MaxRemembered) _told.Clear();
            _told.Add(damage.Home);
        }
        DamageMetrics.Homes.Add(1);
        LogDamaged(damage.Row, damage.Home, damage.InnerException?.Message ?? "The row is not there.",
            HomeDamagedException.Remedy);
    }

    /// <summary>Notes that a home could be read, so that it is told of anew should it be damaged again.</summary>
    public void NoteWhole(HomeId home)
    {
        // As a rule nothing is damaged, and nobody has to wait for anybody.
        if (_told.Count == 0) return;
        lock (_lock) _told.Remove(home);
    }

    /// <summary>Tells at the end of work that went through many homes how many were left out.</summary>
    /// <param name="work">What it was, in words.</param>
    /// <param name="homes">How many; nothing is told of none.</param>
    public void TellLeftOut(string work, long homes)
    {
        if (homes > 0) LogLeftOut(work, homes, HomeDamagedException.Remedy);
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Row {row} of home {home} is damaged or missing: {cause} What belongs to this home is refused, all "
            + "else goes on. {remedy}")]
    private partial void LogDamaged(int row, HomeId home, string cause, string remedy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{work} left out {homes} homes that are damaged. {remedy}")]
    private partial void LogLeftOut(string work, long homes, string remedy);
}
