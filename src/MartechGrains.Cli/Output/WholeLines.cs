using Spectre.Console;
using Spectre.Console.Rendering;

namespace MartechGrains.Cli.Output;

/// <summary>
/// Lines that are written as they are. Spectre's own text would break what is wider than the terminal by force; here
/// the terminal shows it on several rows and still copies it as one.
/// </summary>
/// <param name="lines">The lines.</param>
/// <param name="heading">What the first line begins with, in red; or nothing.</param>
internal sealed class WholeLines(IReadOnlyList<string> lines, string heading = "") : Renderable
{
    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var at = 0;
        foreach (var line in lines)
        {
            if (at++ == 0 && heading.Length > 0 && line.StartsWith(heading, StringComparison.Ordinal))
            {
                yield return new Segment(heading, new Style(Color.Red));
                yield return new Segment(line[heading.Length..]);
            }
            else
            {
                yield return new Segment(line);
            }

            yield return Segment.LineBreak;
        }
    }
}
