namespace MartechGrains.Server.Settings;

/// <summary>The text of a setting, and where it stands.</summary>
/// <param name="Place">For the operator, such as the variable's name; of a list's items, the first one's.</param>
/// <param name="Values">One where the setting is not a list.</param>
internal sealed record GivenSetting(string Place, IReadOnlyList<string> Values);

/// <summary>What one place says: a file, the environment, or the command line.</summary>
internal sealed class SettingLayer(SettingCatalogue catalogue, ICollection<SettingFault> faults)
{
    private const string AndMore = " …";

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

    /// <summary>Adds a value: one more where the setting is a list, else the only one.</summary>
    public void Add(Setting setting, string? value, string place)
    {
        var earlier = _given.GetValueOrDefault(setting.Name);
        if (string.IsNullOrEmpty(value))
            Refuse(
                SettingFaultKind.NoValue, setting.Name,
                $"{setting.Name} is empty ({place}). Leave it out for its default.");
        else if (earlier is null)
            _given.Add(setting.Name, new GivenSetting(place, [value]));
        else if (setting.IsList)
            _given[setting.Name] = new GivenSetting(
                earlier.Place == place || earlier.Place.EndsWith(AndMore, StringComparison.Ordinal)
                    ? earlier.Place
                    : earlier.Place + AndMore,
                [.. earlier.Values, value]);
        else
            Refuse(
                SettingFaultKind.Conflict, setting.Name,
                $"{setting.Name} is given twice ({place}{(earlier.Place == place ? "" : $", {earlier.Place}")}). "
                + "Leave one out.");
    }

    /// <summary>Adds the items of a list.</summary>
    public void AddItems(Setting setting, IReadOnlyList<string?> items, string place)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items.Count > 1 && string.IsNullOrEmpty(items[i]))
                Refuse(
                    SettingFaultKind.NoValue, setting.Name,
                    $"Item {i + 1} of {setting.Name} is empty ({place}). Take it out, with its comma.");
            else
                Add(setting, items[i], place);
        }
    }

    /// <summary>Notes a fault.</summary>
    public void Refuse(SettingFaultKind kind, string setting, string text) =>
        faults.Add(new SettingFault(kind, setting, text));
}
