using System.Globalization;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>Versions of the identity policy, and how far one has come, for people.</summary>
public static class PolicyReport
{
    /// <summary>How far a version has come, on one line.</summary>
    public static string Line(PolicyChange? change) => change switch
    {
        null => "No version has been put in force yet.",
        { FinishedAt: not null } => string.Create(
            CultureInfo.InvariantCulture,
            $"version {change.Version}: all homes have gone over, {change.HomesVisited:N0} visited, "
                + $"finished {ValueText.Of(change.FinishedAt)}"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"version {change.Version}: pass {change.Pass}, {change.HomesVisited:N0} homes visited, "
                + $"{change.HomesFailed:N0} failed, about {100 * change.FractionDone:0} % done"),
    };

    /// <summary>A table of versions.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<PolicyVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(versions);
        var table = new Table().AddColumns("version", "since", "who", "why", "text of", "digest");
        foreach (var version in versions)
        {
            table.AddRow(
                Terminal.Cell(Number(version.Version)),
                Terminal.Cell(ValueText.Of(version.Since)),
                Terminal.Cell(version.Actor),
                Terminal.Cell(version.Reason),
                Terminal.Cell(version.WayBackTo == 0 ? ValueText.None : Number(version.WayBackTo)),
                Terminal.Cell(version.Digest[..Math.Min(12, version.Digest.Length)]));
        }

        console.Write(table);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
