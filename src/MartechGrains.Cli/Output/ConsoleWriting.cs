using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>How commands write lines that may hold ids and values.</summary>
public static class ConsoleWriting
{
    private const int Indent = 2;

    /// <summary>Writes a sentence, on as many lines as it takes.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="words">The sentence.</param>
    /// <param name="heading">What it begins with and is to stand out; or nothing.</param>
    public static void Say(this IAnsiConsole console, Wording words, string heading = "")
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(words);
        console.Write(new WholeLines(words.Lines(console.Profile.Width, Indent), heading));
    }

    /// <summary>
    /// Writes names with their values beside them; what does not fit there goes below its name. What has no value is
    /// left out.
    /// </summary>
    public static void WriteFields(
        this IAnsiConsole console, IReadOnlyCollection<(string Name, Wording Value)> fields)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(fields);
        var beside = fields.Select(static field => field.Name.Length).DefaultIfEmpty().Max() + Indent;
        var width = console.Profile.Width;
        var lines = new List<string>();
        foreach (var (name, value) in fields.Where(static field => !field.Value.IsEmpty))
        {
            if (value.Narrowest > width - beside)
            {
                if (name.Length > 0)
                    lines.Add(name);
                lines.AddRange(value.LinesBelow(width));
                continue;
            }

            var text = value.Lines(width - beside);
            lines.AddRange(text.Select((line, at) => (at == 0 ? name : "").PadRight(beside) + line));
        }

        console.Write(new WholeLines(lines));
    }
}
