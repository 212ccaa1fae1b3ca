using System.CommandLine;
using System.Globalization;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Lineage.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech explain</c>: where a value came from.</summary>
public static class ExplainCommand
{
    private const int UsualContributions = 100;
    private const int MostContributions = 1_000;

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = ProfileKeyArgument.Create();
        var field = new Argument<string>("FIELD")
        {
            Description = "The value, such as features.purchase_count or traits.plan.",
        };
        var purpose = SharedOptions.Purpose();
        var limit = SharedOptions.Number(
            "--limit", "Most events to show, newest first.", UsualContributions, 1, MostContributions);
        var page = SharedOptions.PageToken();
        var command = new Command("explain", "Show which events, fields and merges a value came from.")
        {
            key, field, purpose, limit, page,
        };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ExplainValueRequest
            {
                Key = parsed.GetRequiredValue(key),
                Field = parsed.GetRequiredValue(field),
                Purpose = parsed.GetRequiredValue(purpose),
                PageSize = parsed.GetValue(limit),
                PageToken = parsed.GetRequiredValue(page),
            };
            var client = new LineageService.LineageServiceClient(connection.Invoker);
            var reply = await client.ExplainValueAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal, reply);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Terminal terminal, ExplainValueResponse reply)
    {
        var transform = reply.Transform is null ? ValueText.None : $"{reply.Transform.Id}@{reply.Transform.Version}";
        var console = terminal.Tables;
        console.Write(Terminal.Cell($"{reply.Field} = {ValueText.Of(reply.Value)}"));
        console.WriteLine();
        console.Write(Terminal.Cell($"at {ValueText.Of(reply.EvaluatedAt)} by {transform}, profile {reply.ProfileId}"));
        console.WriteLine();
        var isTrait = reply.DecidedBy != SurvivorshipCriterion.Unspecified;
        if (isTrait)
        {
            console.Write(Terminal.Cell($"the first one counts: {ValueText.Word(reply.DecidedBy.ToString())}"));
            console.WriteLine();
        }

        var events = new Table().AddColumns(
            "event time", "event", "identifiers", "from", isTrait ? "reliability" : "adds", "before", "after", "entry");
        foreach (var item in reply.Contributions)
        {
            events.AddRow(
                Terminal.Cell(ValueText.Of(item.Event?.EventTime)),
                Terminal.Cell(ValueText.Of(item.Event)),
                Terminal.Cell(ValueText.Join(item.Identifiers.Select(ValueText.Of))),
                Terminal.Cell(ValueText.Join(item.SourceFields.Select(source => $"{source.Output} < {source.Field}"))),
                Terminal.Cell(isTrait ? ValueText.Word(item.Reliability.ToString()) : ValueText.Of(item.Term)),
                Terminal.Cell(ValueText.Of(item.ValueBefore)),
                Terminal.Cell(ValueText.Of(item.ValueAfter)),
                Terminal.Cell(Entry(item.Home, item.Seq)));
        }

        console.Write(events);
        if (reply.Merges.Count > 0)
            WriteMerges(console, reply);
        if (reply.NextPageToken.Length == 0)
            return;
        var shown = reply.Contributions.Count;
        terminal.Messages.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{shown} of {reply.TotalSize} events; go on with --page-token {Terminal.Printable(reply.NextPageToken)}"));
    }

    private static void WriteMerges(IAnsiConsole console, ExplainValueResponse reply)
    {
        var merges = new Table().AddColumns("merged at", "through", "from home", "into home, seq");
        foreach (var merge in reply.Merges)
        {
            merges.AddRow(
                Terminal.Cell(ValueText.Of(merge.RecordedAt)),
                Terminal.Cell(ValueText.Of(merge.Identifier)),
                Terminal.Cell(merge.FromHome),
                Terminal.Cell(Entry(merge.IntoHome, merge.Seq)));
        }

        console.Write(merges);
    }

    private static string Entry(string home, long seq) =>
        string.Create(CultureInfo.InvariantCulture, $"{home}, {seq}");
}
