using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>
/// A title with groups of lines below it: a tree where the terminal is wide enough, otherwise only moved in.
/// </summary>
/// <param name="title">What stands above all.</param>
public sealed class Outline(Wording title)
{
    // What Spectre's tree puts before a line, for each level.
    private const int Guide = 4;
    private readonly List<(Wording Head, Wording[] Lines)> _groups = [];

    /// <summary>Adds a group.</summary>
    public void Add(Wording head, IEnumerable<Wording> lines) => _groups.Add((head, [.. lines]));

    /// <summary>Writes it.</summary>
    public void Write(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        var width = console.Profile.Width;
        if (_groups.TrueForAll(group => Fits(group.Head, 1) && group.Lines.All(line => Fits(line, 2))))
            WriteTree(console, width);
        else
            WriteFlat(console, width);

        bool Fits(Wording line, int level) => line.Narrowest <= width - (Guide * level);
    }

    private void WriteTree(IAnsiConsole console, int width)
    {
        var tree = new Tree(Node(title, width));
        foreach (var (head, lines) in _groups)
        {
            var node = tree.AddNode(Node(head, width - Guide));
            foreach (var line in lines)
                node.AddNode(Node(line, width - (2 * Guide)));
        }

        console.Write(tree);
    }

    private void WriteFlat(IAnsiConsole console, int width)
    {
        console.Say(title);
        foreach (var (head, lines) in _groups)
        {
            console.Say(head);
            console.Write(new WholeLines([.. lines.SelectMany(line => line.LinesBelow(width))]));
        }
    }

    private static Text Node(Wording line, int width) => new(string.Join('\n', line.Lines(width)));
}
