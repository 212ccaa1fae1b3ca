namespace MartechGrains.Server.Settings;

/// <summary>The text of a setting, and where it stands.</summary>
/// <param name="Place">For the operator, such as the variable's name.</param>
/// <param name="Values">The last counts where the setting is not a list.</param>
internal sealed record GivenSetting(string Place, IReadOnlyList<string> Values);

/// <summary>What one place says: a file, the environment, or the command line.</summary>
internal sealed class SettingLayer(SettingCatalogue catalogue, ICollection<SettingFault> faults)
{
    private readonly Dictionary<string, GivenSetting> _given = new(StringComparer.Ordinal);

    /// <summary>What is given, by the setting's name.</summary>
    public IReadOnlyDictionary<string, GivenSetting> Given => _given;

    /// <summary>Whether there is a setting of a name.</summary>
    public bool Knows(string name) => catalogue.Find(name) is not null;

    /// <summary>The setting of a name; null, with a fault, where there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="placeOf">Where another name would stand.</param>
    public Setting? Find(string name, string place, Func<string, string> placeOf)
    {
        if (catalogue.Find(name) is { } setting)
            return setting;
        var remedy = catalogue.Nearest(name) is { } nearest
            ? $"Did you mean {placeOf(nearest)}?"
            : "--help lists what is known.";
        Refuse(SettingFaultKind.Unknown, name, $"Unknown setting {SettingFault.Shown(place)}. {remedy}");
        return null;
    }

    /// <summary>Adds a value.</summary>
    public void Add(Setting setting, string? value, string place)
    {
        if (string.IsNullOrEmpty(value))
        {
            Refuse(
                SettingFaultKind.NoValue, setting.Name,
                $"{setting.Name} is empty ({place}). Leave it out for its default.");
            return;
        }
        _given[setting.Name] = _given.TryGetValue(setting.Name, out var earlier) && setting.IsList
            ? earlier with { Values = [.. earlier.Values, value] }
            : new GivenSetting(place, [value]);
    }

    /// <summary>Notes a fault.</summary>
    public void Refuse(SettingFaultKind kind, string setting, string text) =>
        faults.Add(new SettingFault(kind, setting, text));
}
