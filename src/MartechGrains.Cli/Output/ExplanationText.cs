using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;
using Link = MartechGrains.Protocol.Identity.V1.Link;

namespace MartechGrains.Cli.Output;

/// <summary>Links and decisions of explanations, for people.</summary>
internal static class ExplanationText
{
    /// <summary>Links in their order, the refused ones with what is in the way.</summary>
    public static Listing Links(IEnumerable<Link> links)
    {
        var table = new Listing("order", "link", "", "state", "newest event", "such as", "why");
        foreach (var link in links)
        {
            table.Add(
                $"{link.Order}",
                Wording.Value(ValueText.Of(link.A)),
                Wording.Value(ValueText.Of(link.B)),
                Wording.Value(ValueText.Word(link.State.ToString())),
                Wording.Value(ValueText.Of(link.NewestEventTime)),
                Wording.Value(ValueText.Of(link.ExampleEvent)),
                Reason(link));
        }

        return table;
    }

    /// <summary>Why a link was refused, and the way to what is in conflict with it.</summary>
    public static Wording Reason(Link link)
    {
        var reason = Wording.Sentence(link.Reason);
        return link.WitnessPath.Count == 0
            ? reason
            : $"{reason} [{Wording.Chain(" - ", link.WitnessPath.Select(ValueText.Of))}]";
    }

    /// <summary>Who decided what, and why; nothing where there is no decision.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<StandingDecision> decisions)
    {
        if (decisions.Count == 0)
            return;
        var table = new Listing("decision", "id", "of", "made by", "at", "because");
        foreach (var decision in decisions)
        {
            table.Add(
                Wording.Value(ValueText.Word(decision.Kind.ToString())),
                Wording.Value(decision.DecisionId),
                Wording.List(decision.Identifiers.Select(ValueText.Of)),
                Wording.Value(decision.MadeBy),
                Wording.Value(ValueText.Of(decision.MadeAt)),
                Wording.Sentence(decision.Reason));
        }

        table.Write(console);
    }
}
