using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>Versions of the identity policy, and how far one has come, for people.</summary>
public static class PolicyReport
{
    /// <summary>How far a version has come, on one line.</summary>
    public static Wording Line(PolicyChange? change) => change switch
    {
        null => $"No version has been put in force yet.",
        { FinishedAt: not null } =>
            $"version {change.Version}: all homes have gone over, {change.HomesVisited:N0} visited, "
                + $"finished {ValueText.Of(change.FinishedAt)}{Damaged(change.HomesDamaged)}",
        _ =>
            $"version {change.Version}: pass {change.Pass}, {change.HomesVisited:N0} homes visited, "
                + $"{change.HomesFailed:N0} failed, about {100 * change.FractionDone:0} % done",
    };

    private static Wording Damaged(long homes) => homes == 0
        ? Wording.Value("")
        : $"; {homes:N0} are damaged and were left out, 'martech verify' names them";

    /// <summary>A table of versions.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<PolicyVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(versions);
        var table = new Listing("version", "since", "who", "why", "text of", "digest");
        foreach (var version in versions)
        {
            table.Add(
                $"{version.Version}",
                Wording.Value(ValueText.Of(version.Since)),
                Wording.Value(version.Actor),
                Wording.Sentence(version.Reason),
                version.WayBackTo == 0 ? Wording.Value(ValueText.None) : $"{version.WayBackTo}",
                Wording.Value(version.Digest));
        }

        table.Write(console);
    }
}
