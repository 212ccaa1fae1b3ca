using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace MartechGrains.Server.Settings;

/// <summary>
/// Reads the three places that settings stand in. All names are checked here, since the configuration library lets
/// unknown ones pass.
/// </summary>
internal static class SettingLayers
{
    private const string ListSeparator = "__";

    private static readonly char[] Digits = [.. "0123456789"];

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c> and flags.</summary>
    public static void AddCommandLine(this SettingLayer layer, IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                // It is not shown: it may be the rest of a key that was not quoted.
                layer.Refuse(
                    SettingFaultKind.Unknown, "",
                    $"Argument {i + 1} is no setting. Settings are --NAME VALUE; --help lists them.");
                continue;
            }
            var split = argument.IndexOf('=', StringComparison.Ordinal);
            var name = NameIn(argument);
            var place = $"--{name}";
            var setting = layer.Find(name, place, static known => $"--{known}");
            if (split >= 0)
            {
                if (setting is not null) layer.Add(setting, argument[(split + 1)..], place);
            }
            else if (setting is { IsFlag: true })
            {
                layer.Add(setting, bool.TrueString, place);
            }
            else if (i + 1 < arguments.Count && !IsName(arguments[i + 1]))
            {
                i++;
                if (setting is not null) layer.Add(setting, arguments[i], place);
            }
            else if (setting is { IsSecret: true } && i + 1 < arguments.Count && !layer.Knows(NameIn(arguments[i + 1])))
            {
                // What follows may be the secret, and is not shown.
                i++;
                layer.Refuse(
                    SettingFaultKind.NoValue, name,
                    $"{place} needs a value; one that begins with -- is given as {place}={setting.ValueName}.");
            }
            else if (setting is not null)
            {
                layer.Refuse(SettingFaultKind.NoValue, name, $"{place} needs a value.");
            }
        }
    }

    /// <summary>
    /// Reads variables such as <c>PREFIX__HTTP_PORT</c>. A list is one value with commas, or one variable for each
    /// item: <c>PREFIX__WRITE_KEY__0</c>.
    /// </summary>
    public static void AddEnvironment(this SettingLayer layer, IDictionary environment, string prefix)
    {
        var variables = environment.Cast<DictionaryEntry>()
            .Select(static entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
            .Where(variable => variable.Name.StartsWith(prefix, StringComparison.Ordinal))
            // The tenth item of a list comes after its second.
            .OrderBy(static variable => variable.Name.TrimEnd(Digits), StringComparer.Ordinal)
            .ThenBy(static variable => variable.Name.Length)
            .ThenBy(static variable => variable.Name, StringComparer.Ordinal);
        foreach (var (variable, value) in variables)
        {
            var (name, index) = Cut(variable[prefix.Length..]);
            if (layer.Find(NameOf(name), variable, known => VariableOf(prefix, known)) is not { } setting)
                continue;
            if (index is null && setting.IsList)
            {
                layer.AddItems(setting, (value ?? "").Split(',', StringSplitOptions.TrimEntries), variable);
            }
            else if (index is null || (setting.IsList && IsIndex(index)))
            {
                layer.Add(setting, value, variable);
            }
            else
            {
                layer.Refuse(
                    SettingFaultKind.Unknown, setting.Name,
                    $"Unknown setting {variable}. {VariableOf(prefix, setting.Name)} is one"
                    + $"{(setting.IsList ? $", its items {VariableOf(prefix, setting.Name)}__0 and so on" : "")}.");
            }
        }
    }

    /// <summary>Reads a JSON object.</summary>
    /// <param name="layer">Where to.</param>
    /// <param name="path">The file.</param>
    /// <param name="except">The setting that names the file, which cannot stand in it.</param>
    public static void AddFile(this SettingLayer layer, string path, string except)
    {
        try
        {
            using var file = File.OpenRead(path);
            foreach (var section in new ConfigurationBuilder().AddJsonStream(file).Build().GetChildren())
                layer.AddSection(section, path, except);
        }
        catch (JsonException error)
        {
            // Its message may repeat what stands there.
            layer.Refuse(
                SettingFaultKind.UnreadableFile, except,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{except} names {path}, which is not JSON at line {error.LineNumber + 1}."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            layer.Refuse(
                SettingFaultKind.UnreadableFile, except,
                $"{except} {SettingFault.Unreadable(path, error)}");
        }
    }

    /// <summary>The variable of a setting.</summary>
    public static string VariableOf(string prefix, string name) =>
        prefix + name.Replace('-', '_').ToUpperInvariant();

    private static void AddSection(this SettingLayer layer, IConfigurationSection section, string path, string except)
    {
        var place = $"{section.Key} in {path}";
        if (section.Key == except)
        {
            layer.Refuse(SettingFaultKind.Conflict, except, $"{place} cannot name another file.");
            return;
        }
        if (layer.Find(section.Key, place, static known => known) is not { } setting)
            return;
        var items = section.GetChildren().ToArray();
        if (items.Length == 0)
            layer.Add(setting, section.Value, place);
        else if (setting.IsList && items.All(static item => IsIndex(item.Key) && !item.GetChildren().Any()))
            layer.AddItems(setting, [.. items.Select(static item => item.Value)], place);
        else
            layer.Refuse(
                SettingFaultKind.Invalid, setting.Name,
                $"{place} must be {(setting.IsList ? "a text or a list of texts" : "a single value")}.");
    }

    private static (string Name, string? Index) Cut(string variable)
    {
        var at = variable.IndexOf(ListSeparator, StringComparison.Ordinal);
        return at < 0 ? (variable, null) : (variable[..at], variable[(at + ListSeparator.Length)..]);
    }

    private static string NameOf(string variable) => variable.Replace('_', '-').ToLowerInvariant();

    /// <summary>What an argument names: what stands between its hyphens and its value, if it has one.</summary>
    private static string NameIn(string argument) => argument[2..].Split('=', 2)[0];

    private static bool IsName(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static bool IsIndex(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
