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
        console.Say($"{reply.Field} = {ValueText.WordingOf(reply.Value)}");
        console.Say($"at {ValueText.Of(reply.EvaluatedAt)} by {transform}, profile {reply.ProfileId}");
        var isTrait = reply.DecidedBy != SurvivorshipCriterion.Unspecified;
        if (isTrait)
            console.Say($"the first one counts: {ValueText.Word(reply.DecidedBy.ToString())}");

        var events = new Listing(
            "event time", "event", "identifiers", "from", "cleaning", isTrait ? "reliability" : "adds", "before",
            "after", "entry");
        foreach (var item in reply.Contributions)
        {
            events.Add(
                Wording.Value(ValueText.Of(item.Event?.EventTime)),
                Wording.Value(ValueText.Of(item.Event)),
                Wording.List(item.Identifiers.Select(ValueText.Of)),
                Wording.List(item.SourceFields.Select(source => $"{source.Output} < {source.Field}")),
                Wording.Value(item.CleaningVersion.ToString(CultureInfo.InvariantCulture)),
                isTrait
                    ? Wording.Value(ValueText.Word(item.Reliability.ToString()))
                    : ValueText.WordingOf(item.Term),
                ValueText.WordingOf(item.ValueBefore),
                ValueText.WordingOf(item.ValueAfter),
                Entry(item.Home, item.Seq));
        }

        events.Write(console);
        if (reply.Merges.Count > 0)
            WriteMerges(console, reply);
        if (reply.NextPageToken.Length == 0)
            return;
        var shown = reply.Contributions.Count;
        terminal.Messages.Say(
            $"{shown} of {reply.TotalSize} events; go on with --page-token {reply.NextPageToken}");
    }

    private static void WriteMerges(IAnsiConsole console, ExplainValueResponse reply)
    {
        var merges = new Listing("merged at", "through", "from home", "into home, seq");
        foreach (var merge in reply.Merges)
        {
            merges.Add(
                Wording.Value(ValueText.Of(merge.RecordedAt)),
                Wording.Value(ValueText.Of(merge.Identifier)),
                Wording.Value(merge.FromHome),
                Entry(merge.IntoHome, merge.Seq));
        }

        merges.Write(console);
    }

    private static Wording Entry(string home, long seq) => $"{home}, {seq}";
}
