using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>
/// Text for people that knows where it may be broken, so that ids and values can be read and copied whole. What is
/// written out in an interpolated string breaks at its spaces; what stands in braces never does.
/// </summary>
[InterpolatedStringHandler]
public sealed class Wording
{
    // Text from outside cannot contain these: Terminal.Printable spells control characters out.
    private const char Bond = '\u001F';
    private const char Divider = '\u001E';
    private const int Below = 2;
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler for an interpolated string.</summary>
    public Wording(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + formattedCount);

    /// <summary>True where there is nothing to tell.</summary>
    public bool IsEmpty => _text.Length == 0 || _text.Equals(ValueText.None);

    /// <summary>Columns that it needs on one line.</summary>
    public int Widest => OneLine().GetCellWidth();

    /// <summary>Columns of its longest part that cannot be broken.</summary>
    public int Narrowest => Paragraphs().SelectMany(Words).Max(static word => word.GetCellWidth());

    /// <summary>An id or value, on one line.</summary>
    public static Wording Value(string? value) => new Wording(0, 1).With(Bonded(value));

    /// <summary>Ids or values: on one line, or where they do not fit, on a line each.</summary>
    public static Wording List(IEnumerable<string> values) => Join(Divider.ToString(), values.Select(Bonded));

    /// <summary>Ids or values with something between them, at whose spaces they may be parted.</summary>
    public static Wording Chain(string between, IEnumerable<string> values) => Join(between, values.Select(Bonded));

    /// <summary>Parts with something between them, at whose spaces they may be parted.</summary>
    public static Wording Join(string between, IEnumerable<Wording> parts) =>
        Join(between, parts.Select(static part => part.ToString()));

    /// <summary>Sentences from outside: broken at spaces.</summary>
    public static Wording Sentence(string? text) => new Wording(0, 1).With(Terminal.Printable(text ?? ""));

    /// <summary>Called by the compiler for what stands between braces.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Called by the compiler for an id or value.</summary>
    public void AppendFormatted(string? value) => _text.Append(Bonded(value));

    /// <summary>Called by the compiler for words within words.</summary>
    public void AppendFormatted(Wording part) => _text.Append((part ?? Value("")).ToString());

    /// <summary>Called by the compiler for a number.</summary>
    public void AppendFormatted<T>(T number, string? format = null)
        where T : IFormattable =>
        _text.Append(Bonded(number.ToString(format, CultureInfo.InvariantCulture)));

    /// <summary>
    /// The lines that it takes. None is wider than allowed, but one that has nothing else than a word or value which
    /// is wider itself.
    /// </summary>
    /// <param name="width">Columns there are.</param>
    /// <param name="indent">Columns by which all lines but the first are moved in.</param>
    public IReadOnlyList<string> Lines(int width, int indent = 0)
    {
        var line = OneLine();
        if (line.GetCellWidth() <= width)
            return [line];
        var lines = new List<string>();
        foreach (var paragraph in Paragraphs())
            Wrap(paragraph, width, indent, lines);
        return lines;
    }

    /// <summary>The lines that it takes below something: moved in as far as the longest value allows.</summary>
    /// <param name="width">Columns there are.</param>
    public IEnumerable<string> LinesBelow(int width) => Lines(width - Below)
        .Select(line => Spaces(Math.Clamp(width - line.GetCellWidth(), 0, Below)) + line);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static void Wrap(string paragraph, int width, int indent, List<string> lines)
    {
        var line = new StringBuilder(Spaces(lines.Count == 0 ? 0 : indent));
        var used = line.Length;
        var hasWord = false;
        foreach (var word in Words(paragraph))
        {
            var size = word.GetCellWidth();
            var gap = hasWord ? 1 : 0;
            if (used + gap + size > width && size > 0)
            {
                if (hasWord)
                    lines.Add(line.ToString().TrimEnd());
                var moved = Math.Min(hasWord ? indent : used, Math.Max(0, width - size));
                line.Clear().Append(Spaces(moved));
                (used, gap) = (moved, 0);
            }

            line.Append(Spaces(gap)).Append(size == 0 ? " " : word);
            used += gap + Math.Max(1, size);
            hasWord |= size > 0;
        }

        lines.Add(line.ToString().TrimEnd());
    }

    private static Wording Join(string between, IEnumerable<string> bonded)
    {
        var joined = string.Join(between, bonded);
        return new Wording(0, 1).With(joined.Length == 0 ? ValueText.None : joined);
    }

    private static string Bonded(string? value) => Terminal.Printable(value ?? "").Replace(' ', Bond);

    private static IEnumerable<string> Words(string paragraph) =>
        paragraph.Split(' ').Select(static word => word.Replace(Bond, ' '));

    private static string Spaces(int count) => new(' ', count);

    private Wording With(string text)
    {
        _text.Append(text);
        return this;
    }

    private string OneLine() => _text.ToString().Replace(Divider.ToString(), ", ", StringComparison.Ordinal)
        .Replace(Bond, ' ');

    private string[] Paragraphs() => _text.ToString().Split(Divider);
}
