using System.Text;

namespace MartechGrains.Server.Settings;

/// <summary>What people read about settings, written from the catalogue.</summary>
internal static class SettingsText
{
    private const int MaxColumns = 110;

    /// <summary>One paragraph for each setting, for a terminal.</summary>
    public static string Help(SettingCatalogue catalogue)
    {
        var width = catalogue.All.Max(static setting => Usage(setting).Length) + 4;
        var text = new StringBuilder();
        foreach (var setting in catalogue.All)
        {
            var meaning = setting.Default.Length == 0
                ? setting.Meaning
                : $"{setting.Meaning} (default: {setting.Default})";
            var head = $"  {Usage(setting)}".PadRight(width);
            foreach (var line in Wrapped(meaning, MaxColumns - width))
            {
                text.Append(head).Append(line).Append('\n');
                head = new string(' ', width);
            }
        }
        return text.ToString();
    }

    /// <summary>The rows of a table, for the documentation.</summary>
    public static string Table(SettingCatalogue catalogue)
    {
        var text = new StringBuilder("| option | meaning | default |\n|---|---|---|\n");
        foreach (var setting in catalogue.All)
            text.Append($"| `{Usage(setting)}` | {setting.Meaning} |{$" {setting.Default}".TrimEnd()} |\n");
        return text.ToString();
    }

    private static string Usage(Setting setting) =>
        setting.ValueName.Length == 0 ? $"--{setting.Name}" : $"--{setting.Name} {setting.ValueName}";

    private static IEnumerable<string> Wrapped(string text, int columns)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
