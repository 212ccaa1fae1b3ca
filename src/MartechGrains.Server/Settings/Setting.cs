using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MartechGrains.Server.Settings;

/// <summary>
/// One thing that can be told from outside, read off the property it is bound to: its description is help's, its
/// default is the default, its annotations are its limits.
/// </summary>
internal sealed partial class Setting
{
    /// <summary>What stands where a secret would.</summary>
    public const string Masked = "****";

    /// <summary>The default of what has none.</summary>
    public const string None = "none";

    private readonly PropertyInfo _group;
    private readonly PropertyInfo _property;
    private readonly object? _default;
    private readonly bool _hasWords;

    /// <summary>Reads a property.</summary>
    /// <param name="group">The property of the options that holds the record.</param>
    /// <param name="property">The property of the record.</param>
    /// <param name="defaults">The options as they are where nothing is given.</param>
    public Setting(PropertyInfo group, PropertyInfo property, object defaults)
    {
        (_group, _property) = (group, property);
        var told = property.GetCustomAttribute<SettingAttribute>();
        Name = group.GetCustomAttribute<SettingPrefixAttribute>()?.Prefix + (told?.Name ?? Hyphened(property.Name));
        ValueName = told?.ValueName ?? (IsFlag ? "" : Type == typeof(TimeSpan) ? "TIME" : "NUMBER");
        Meaning = property.GetCustomAttribute<DescriptionAttribute>()!.Description;
        IsSecret = property.GetCustomAttribute<DataTypeAttribute>()?.DataType == DataType.Password;
        _default = Read(defaults);
        _hasWords = told?.Default is not null;
        Default = told?.Default ?? (IsFlag ? "" : Text(defaults));
    }

    /// <summary>Its name on the command line, without hyphens before it, and in a file.</summary>
    public string Name { get; }

    /// <summary>What its value is called; empty for a flag.</summary>
    public string ValueName { get; }

    /// <summary>What it is for.</summary>
    public string Meaning { get; }

    /// <summary>What holds where it is not given; empty for a flag.</summary>
    public string Default { get; }

    /// <summary>Whether its value must not be shown.</summary>
    public bool IsSecret { get; }

    /// <summary>Whether naming it is enough.</summary>
    public bool IsFlag => Type == typeof(bool);

    /// <summary>Whether it may be given several times.</summary>
    public bool IsList => Type == typeof(IReadOnlyList<string>);

    /// <summary>The type its text is converted to.</summary>
    public Type Type => _property.PropertyType;

    /// <summary>The name of the record that holds it.</summary>
    public string Group => _group.Name;

    /// <summary>The name of its property in that record.</summary>
    public string Member => _property.Name;

    /// <summary>Where the binder looks for it.</summary>
    public string Path => $"{Group}:{Member}";

    /// <summary>Its value.</summary>
    public object? Read(object options) => _property.GetValue(_group.GetValue(options));

    /// <summary>Its value as text.</summary>
    public string Text(object options) => Read(options) switch
    {
        TimeSpan time => time.ToString(@"hh\:mm\:ss\.FFFFFFF", CultureInfo.InvariantCulture).TrimEnd('.'),
        IReadOnlyList<string> list => string.Join(", ", list),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Whether its value is the default.</summary>
    public bool IsDefault(object options) => Equals(Read(options), _default);

    /// <summary>Its value as it may be shown: not where it is secret, and in words where it is not set.</summary>
    public string Shown(object options) =>
        !_hasWords || !IsDefault(options)
            ? IsSecret ? Masked : Text(options)
            : Default == None ? "(not set)" : $"(not set: {Default})";

    /// <summary>What is wrong with text that is no value of its type.</summary>
    public string Refusal() => _property.GetCustomAttribute<RangeAttribute>()?.FormatErrorMessage(Name)
        ?? (IsFlag ? $"{Name} must be true or false" : $"{Name} cannot be read");

    private static string Hyphened(string name) => WordStart().Replace(name, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
