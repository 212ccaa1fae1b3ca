using System.Text;

namespace MartechGrains.Server.Settings;

/// <summary>What people read about settings, written from the catalogue.</summary>
internal static class SettingsText
{
    private const int MaxColumns = 80;

    /// <summary>One paragraph for each option, for a terminal.</summary>
    public static string Help(SettingCatalogue catalogue)
    {
        var rows = Rows(catalogue);
        var width = rows.Max(static row => row.Usage.Length) + 4;
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var meaning = row.Default.Length == 0 ? row.Meaning : $"{row.Meaning} (default: {row.Default})";
            var head = $"  {row.Usage}".PadRight(width);
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
        foreach (var row in Rows(catalogue))
            text.Append($"| `{row.Usage}` | {row.Meaning} |{$" {row.Default}".TrimEnd()} |\n");
        return text.ToString();
    }

    private static IReadOnlyList<(string Usage, string Meaning, string Default)> Rows(SettingCatalogue catalogue) =>
    [
        ("-h, --help", "print this, and do nothing else", ""),
        .. catalogue.All.Select(static setting => (Usage(setting), setting.Meaning, setting.Default)),
    ];

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
