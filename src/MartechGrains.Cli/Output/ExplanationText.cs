using System.Globalization;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;
using Link = MartechGrains.Protocol.Identity.V1.Link;

namespace MartechGrains.Cli.Output;

/// <summary>Links and decisions of explanations, for people.</summary>
internal static class ExplanationText
{
    /// <summary>A line of text as it is.</summary>
    public static void Line(IAnsiConsole console, string text)
    {
        console.Write(Terminal.Cell(text));
        console.WriteLine();
    }

    /// <summary>Links in their order, the refused ones with what is in the way.</summary>
    public static Table Links(IEnumerable<Link> links)
    {
        var table = new Table().AddColumns("order", "link", "", "state", "newest event", "such as", "why");
        foreach (var link in links)
        {
            var path = link.WitnessPath.Count == 0
                ? ""
                : " [" + string.Join(" - ", link.WitnessPath.Select(ValueText.Of)) + "]";
            table.AddRow(
                Terminal.Cell(link.Order.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(ValueText.Of(link.A)),
                Terminal.Cell(ValueText.Of(link.B)),
                Terminal.Cell(ValueText.Word(link.State.ToString())),
                Terminal.Cell(ValueText.Of(link.NewestEventTime)),
                Terminal.Cell(ValueText.Of(link.ExampleEvent)),
                Terminal.Cell(link.Reason + path));
        }

        return table;
    }

    /// <summary>Who decided what, and why; nothing where there is no decision.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<StandingDecision> decisions)
    {
        if (decisions.Count == 0)
            return;
        var table = new Table().AddColumns("decision", "id", "of", "made by", "at", "because");
        foreach (var decision in decisions)
        {
            table.AddRow(
                Terminal.Cell(ValueText.Word(decision.Kind.ToString())),
                Terminal.Cell(decision.DecisionId),
                Terminal.Cell(ValueText.Join(decision.Identifiers.Select(ValueText.Of))),
                Terminal.Cell(decision.MadeBy),
                Terminal.Cell(ValueText.Of(decision.MadeAt)),
                Terminal.Cell(decision.Reason));
        }

        console.Write(table);
    }
}
