using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>
/// Rows for people. They are a table where the terminal is wide enough to show every id and value whole; where it is
/// not, each row is a block of its own, a line for each value.
/// </summary>
/// <param name="headers">What the columns are called; one without a name goes on with the one before it.</param>
public sealed class Listing(params string[] headers)
{
    // What stands between two cells: a space, a line and a space. At the table's ends, less one space.
    private const int Between = 3;

    // A column of sentences narrower than this is no pleasure to read.
    private const int LeastOfSentences = 20;
    private readonly List<Wording[]> _rows = [];
    private readonly HashSet<int> _numbers = [];

    /// <summary>True where no row has been added.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Makes columns, the first being 0, stand to the right as numbers do.</summary>
    public Listing AlignRight(params int[] columns)
    {
        _numbers.UnionWith(columns);
        return this;
    }

    /// <summary>Adds a row, a cell for each column.</summary>
    public void Add(params Wording[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headers.Length);
        _rows.Add(cells);
    }

    /// <summary>Writes the rows.</summary>
    public void Write(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        if (IsEmpty)
            console.Say($"Nothing to show.");
        else if (Widths(console.Profile.Width) is { Length: > 0 } widths)
            WriteTable(console, widths);
        else
            WriteBlocks(console);
    }

    /// <summary>A width for each column, or none where they do not fit beside each other.</summary>
    private int[] Widths(int width)
    {
        var columns = headers.Select((header, at) =>
        {
            var cells = _rows.Select(row => row[at]).ToArray();
            var widest = Math.Max(header.Length, cells.Max(static cell => cell.Widest));
            var narrowest = Math.Max(header.Length, cells.Max(static cell => cell.Narrowest));
            return (Widest: widest, Least: Math.Max(narrowest, Math.Min(widest, LeastOfSentences)));
        }).ToArray();
        var left = width - 1 - columns.Sum(static column => column.Least + Between);
        if (left < 0)
            return [];
        var widths = new int[columns.Length];
        for (var at = 0; at < widths.Length; at++)
        {
            var (widest, least) = columns[at];
            var more = Math.Min(left, widest - least);
            widths[at] = least + more;
            left -= more;
        }

        return widths;
    }

    private void WriteTable(IAnsiConsole console, int[] widths)
    {
        var table = new Table();
        for (var at = 0; at < headers.Length; at++)
        {
            var column = new TableColumn(new Text(headers[at])) { Width = widths[at], NoWrap = true };
            table.AddColumn(_numbers.Contains(at) ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
            table.AddRow(row.Select((cell, at) => new Text(string.Join('\n', cell.Lines(widths[at])))));
        console.Write(table);
    }

    private void WriteBlocks(IAnsiConsole console)
    {
        foreach (var row in _rows)
        {
            console.WriteLine();
            console.WriteFields([.. headers.Zip(row)]);
        }
    }
}
