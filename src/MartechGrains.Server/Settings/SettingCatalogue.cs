using System.ComponentModel;
using System.Reflection;

namespace MartechGrains.Server.Settings;

/// <summary>
/// All settings of a record of options: each described property of the records in it. What is not here is refused.
/// </summary>
internal sealed class SettingCatalogue
{
    private readonly Dictionary<string, Setting> _byName;

    /// <summary>Reads the settings off the properties.</summary>
    /// <param name="defaults">The options as they are where nothing is given.</param>
    public SettingCatalogue(object defaults)
    {
        All = [.. from @group in InOrder(defaults.GetType())
                  from property in InOrder(@group.PropertyType)
                  where property.IsDefined(typeof(DescriptionAttribute))
                  select new Setting(@group, property, defaults)];
        _byName = All.ToDictionary(static setting => setting.Name, StringComparer.Ordinal);
    }

    /// <summary>The settings, in the order of their declaration.</summary>
    public IReadOnlyList<Setting> All { get; }

    /// <summary>The setting of a name, or null.</summary>
    public Setting? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The name that was probably meant by a misspelt one, or null.</summary>
    public string? Nearest(string name)
    {
        var best = All.MinBy(setting => Spelling.Distance(setting.Name, name));
        return best is not null && Spelling.Distance(best.Name, name) <= Math.Max(1, name.Length / 3)
            ? best.Name
            : null;
    }

    private static IEnumerable<PropertyInfo> InOrder(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(static property => property.MetadataToken);
}
