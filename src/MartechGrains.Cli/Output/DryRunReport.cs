using System.Globalization;
using Google.Protobuf.Collections;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>What a policy would change, for people.</summary>
public static class DryRunReport
{
    /// <summary>How far a rehearsal has come, on one line.</summary>
    public static string Line(RehearsalProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"pass {progress.Pass}: {progress.HomesRead:N0} homes and {progress.EventsRead:N0} events read, "
                + $"about {100 * progress.FractionDone:0} % done");
    }

    /// <summary>Counts first, then examples.</summary>
    public static void Write(IAnsiConsole console, PolicyRehearsal found)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(found);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"What version {found.CandidateVersion} would change of version {found.VersionInForce}, over "
                + $"{found.Read.EventsRead:N0} events of {found.Read.HomesRead:N0} homes:"));
        WriteCounts(console, found.Counts);
        WriteValues(console, found);
        WriteExamples(console, found);
        WriteComponents(console, found);
        if (found.CandidateVersion <= found.VersionInForce)
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"To apply it, write version {found.VersionInForce + 1} or a larger one into it."));
    }

    private static void WriteCounts(IAnsiConsole console, ProfileCounts counts)
    {
        var table = new Table().AddColumns("profiles", "now", "then");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        (string What, long? Now, long? Then)[] rows =
        [
            ("all", counts.Before, counts.After),
            ("unchanged", counts.Unchanged, counts.Unchanged),
            ("merge", counts.Merging, counts.Merged),
            ("split", counts.Split, counts.Parts),
            ("only lose or gain blocked identifiers", counts.Resized, counts.Resized),
            ("vanish, all identifiers being blocked", counts.Vanished, null),
            ("appear, their identifiers being blocked no more", null, counts.Appeared),
            ("get another id", counts.Renamed, null),
        ];
        foreach (var (what, now, then) in rows)
            table.AddRow(Terminal.Cell(what), Terminal.Cell(Number(now)), Terminal.Cell(Number(then)));
        console.Write(table);
    }

    private static void WriteValues(IAnsiConsole console, PolicyRehearsal found)
    {
        (string What, ValueSample Sample)[] rows =
        [
            ("become generic", found.BecomeGeneric),
            ("are generic no more", found.CeaseGeneric),
            ("become blocked", found.BecomeBlocked),
            ("are blocked no more", found.CeaseBlocked),
        ];
        var table = new Table().AddColumns("values that", "count", "such as");
        foreach (var (what, sample) in rows.Where(static row => row.Sample is { Count: > 0 }))
        {
            table.AddRow(
                Terminal.Cell(what), Terminal.Cell(Number(sample.Count)),
                Terminal.Cell(ValueText.Join(sample.Examples.Take(5).Select(ValueText.Of))));
        }

        if (table.Rows.Count > 0)
            console.Write(table);
    }

    private static void WriteExamples(IAnsiConsole console, PolicyRehearsal found)
    {
        (string What, IEnumerable<ProfileChangeExample> Examples)[] kinds =
            [("merge", found.Merged), ("split", found.Split), ("another id", found.Renamed)];
        var table = new Table().AddColumns("examples", "now", "then");
        foreach (var (what, examples) in kinds)
        {
            foreach (var example in examples)
            {
                table.AddRow(
                    Terminal.Cell(what),
                    Terminal.Cell(Text(example.Before, example.BeforeCount)),
                    Terminal.Cell(Text(example.After, example.AfterCount)));
            }
        }

        if (table.Rows.Count > 0)
            console.Write(table);
    }

    private static void WriteComponents(IAnsiConsole console, PolicyRehearsal found)
    {
        if (found.LargestComponents.Count == 0)
            return;
        var table = new Table().AddColumns("largest components then", "identifiers", "profiles");
        foreach (var size in found.LargestComponents)
        {
            table.AddRow(
                Terminal.Cell(ValueText.Of(size.First)), Terminal.Cell(Number(size.Identifiers)),
                Terminal.Cell(Number(size.Profiles)));
        }

        console.Write(table);
        if (found.OversizeComponents > 0)
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{found.OversizeComponents:N0} components have more identifiers than the policy expects."));
    }

    private static string Text(RepeatedField<ExampleProfile> shown, long count)
    {
        var text = string.Join(" | ", shown.Select(Text));
        return count > shown.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{text} | {count - shown.Count:N0} more profiles")
            : ValueText.Join(shown.Count == 0 ? [] : [text]);
    }

    private static string Text(ExampleProfile profile)
    {
        var text = ValueText.Join(profile.Identifiers.Select(ValueText.Of));
        var more = profile.IdentifierCount - profile.Identifiers.Count;
        return more > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}, {more:N0} more") : text;
    }

    private static string Number(long? number) =>
        number?.ToString("N0", CultureInfo.InvariantCulture) ?? ValueText.None;
}
