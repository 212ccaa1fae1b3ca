using Google.Protobuf.Collections;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>What a policy would change, for people.</summary>
public static class DryRunReport
{
    /// <summary>How far a rehearsal has come, on one line.</summary>
    public static Wording Line(RehearsalProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return $"pass {progress.Pass}: {progress.HomesRead:N0} homes and {progress.EventsRead:N0} events read, "
            + $"about {100 * progress.FractionDone:0} % done";
    }

    /// <summary>Counts first, then examples.</summary>
    public static void Write(IAnsiConsole console, PolicyRehearsal found)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(found);
        console.Say(
            $"What version {found.CandidateVersion} would change of version {found.VersionInForce}, over "
            + $"{found.Read.EventsRead:N0} events of {found.Read.HomesRead:N0} homes:");
        if (found.Read.HomesDamaged > 0)
        {
            console.Say(
                $"{found.Read.HomesDamaged:N0} of them are damaged, and in it only up to the damage. 'martech verify' "
                + $"names them.");
        }

        WriteCounts(console, found.Counts);
        WriteValues(console, found);
        WriteExamples(console, found);
        WriteComponents(console, found);
        if (found.CandidateVersion <= found.VersionInForce)
            console.Say($"To apply it, write version {found.VersionInForce + 1} or a larger one into it.");
    }

    private static void WriteCounts(IAnsiConsole console, ProfileCounts counts)
    {
        var table = new Listing("profiles", "now", "then").AlignRight(1, 2);
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
            table.Add(Wording.Sentence(what), Number(now), Number(then));
        table.Write(console);
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
        var table = new Listing("values that", "count", "such as");
        foreach (var (what, sample) in rows.Where(static row => row.Sample is { Count: > 0 }))
        {
            table.Add(
                Wording.Sentence(what), Number(sample.Count),
                Wording.List(sample.Examples.Take(5).Select(ValueText.Of)));
        }

        if (!table.IsEmpty)
            table.Write(console);
    }

    private static void WriteExamples(IAnsiConsole console, PolicyRehearsal found)
    {
        (string What, IEnumerable<ProfileChangeExample> Examples)[] kinds =
            [("merge", found.Merged), ("split", found.Split), ("another id", found.Renamed)];
        var table = new Listing("examples", "now", "then");
        foreach (var (what, examples) in kinds)
        {
            foreach (var example in examples)
            {
                table.Add(
                    Wording.Sentence(what),
                    Text(example.Before, example.BeforeCount),
                    Text(example.After, example.AfterCount));
            }
        }

        if (!table.IsEmpty)
            table.Write(console);
    }

    private static void WriteComponents(IAnsiConsole console, PolicyRehearsal found)
    {
        if (found.LargestComponents.Count == 0)
            return;
        var table = new Listing("largest components then", "identifiers", "profiles");
        foreach (var size in found.LargestComponents)
        {
            table.Add(
                Wording.Value(ValueText.Of(size.First)), Number(size.Identifiers), Number(size.Profiles));
        }

        table.Write(console);
        if (found.OversizeComponents > 0)
            console.Say($"{found.OversizeComponents:N0} components have more identifiers than the policy expects.");
    }

    private static Wording Text(RepeatedField<ExampleProfile> shown, long count)
    {
        var text = Wording.Join(" | ", shown.Select(Text));
        return count > shown.Count ? $"{text} | {count - shown.Count:N0} more profiles" : text;
    }

    private static Wording Text(ExampleProfile profile)
    {
        var text = Wording.Chain(", ", profile.Identifiers.Select(ValueText.Of));
        var more = profile.IdentifierCount - profile.Identifiers.Count;
        return more > 0 ? $"{text}, {more:N0} more" : text;
    }

    private static Wording Number(long? number) =>
        number is { } known ? $"{known:N0}" : Wording.Value(ValueText.None);
}
