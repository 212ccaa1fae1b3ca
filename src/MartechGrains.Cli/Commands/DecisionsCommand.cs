using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech decisions</c>: looks at decisions, and undoes them.</summary>
public static class DecisionsCommand
{
    private const int UsualDecisions = 100;
    private const int MostDecisions = 1_000;

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Command("decisions", "Look at decisions, and undo them.")
        {
            List(options),
            Show(options),
            Undo(options),
        };
    }

    /// <summary>Shows a decision, or the reply that has it.</summary>
    internal static async Task WriteAsync(Terminal terminal, IMessage reply, Decision? decision, bool asJson)
    {
        if (asJson)
        {
            await terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            return;
        }

        decision ??= new Decision();
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, value) in Rows(decision))
            grid.AddRow(Terminal.Cell(name), Terminal.Cell(value));
        terminal.Tables.Write(grid);
        if (!decision.Finished)
            terminal.Messages.WriteLine("It has not reached all that it is about yet; it goes on by itself.");
    }

    private static Command List(SharedOptions options)
    {
        var page = SharedOptions.PageToken();
        var limit = SharedOptions.Number(
            "--limit", "Most decisions to show, newest first.", UsualDecisions, 1, MostDecisions);
        var command = new Command("list", "List decisions, newest first, those undone included.") { limit, page };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new DecisionService.DecisionServiceClient(connection.Invoker);
            var request = new ListDecisionsRequest
            {
                PageSize = parsed.GetValue(limit),
                PageToken = parsed.GetRequiredValue(page),
            };
            var reply = await client.ListDecisionsAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal, reply);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(SharedOptions options)
    {
        var id = Id();
        var command = new Command("show", "Show one decision.") { id };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new DecisionService.DecisionServiceClient(connection.Invoker);
            var request = new GetDecisionRequest { DecisionId = parsed.GetRequiredValue(id) };
            var reply = await client.GetDecisionAsync(request, connection.Unary(cancellation));
            await WriteAsync(options.Terminal, reply, reply.Decision, parsed.GetValue(options.Json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Undo(SharedOptions options)
    {
        var id = Id();
        var (who, why) = (SharedOptions.Who(isRequired: true), SharedOptions.Why(isRequired: true));
        var command = new Command("undo", "Undo a decision: all is then as if it had never been made.")
        {
            id, who, why,
        };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new DecisionService.DecisionServiceClient(connection.Invoker);
            var request = new UndoDecisionRequest
            {
                DecisionId = parsed.GetRequiredValue(id),
                Actor = parsed.GetRequiredValue(who),
                Reason = parsed.GetRequiredValue(why),
            };
            var reply = await client.UndoDecisionAsync(request, connection.Unary(cancellation));
            await WriteAsync(options.Terminal, reply, reply.Decision, parsed.GetValue(options.Json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID")
    {
        Description = "Id of the decision, as 'martech decisions list' shows it.",
    };

    private static void Write(Terminal terminal, ListDecisionsResponse reply)
    {
        var table = new Table().AddColumns("id", "decision", "state", "who", "when", "why");
        foreach (var decision in reply.Decisions)
        {
            table.AddRow(
                Terminal.Cell(decision.DecisionId),
                Terminal.Cell(Text(decision)),
                Terminal.Cell(State(decision)),
                Terminal.Cell(decision.Made?.Actor),
                Terminal.Cell(ValueText.Of(decision.Made?.Time)),
                Terminal.Cell(decision.Made?.Reason));
        }

        terminal.Tables.Write(table);
        terminal.TellNextPage(reply.NextPageToken);
    }

    private static IEnumerable<(string Name, string Value)> Rows(Decision decision)
    {
        yield return ("id", decision.DecisionId);
        yield return ("decision", Text(decision));
        yield return ("state", State(decision));
        yield return ("made by", Text(decision.Made));
        if (decision.Undone is { } undone)
            yield return ("undone by", Text(undone));
        if (decision.Subject?.SubjectCase is DecisionSubject.SubjectOneofCase.EventRetraction
            or DecisionSubject.SubjectOneofCase.SourceRetraction)
            yield return ("events", decision.EventCount.ToString(CultureInfo.InvariantCulture));
    }

    private static string State(Decision decision) =>
        (decision.Undone is null ? "in force" : "undone") + (decision.Finished ? "" : ", unfinished");

    private static string Text(OperatorAct? act) =>
        act is null ? ValueText.None : $"{act.Actor}, {ValueText.Of(act.Time)}: {act.Reason}";

    private static string Text(Decision decision) => decision.Subject?.SubjectCase switch
    {
        DecisionSubject.SubjectOneofCase.MustLink =>
            $"must-link {ValueText.Of(decision.Subject.MustLink.A)} {ValueText.Of(decision.Subject.MustLink.B)}",
        DecisionSubject.SubjectOneofCase.CannotLink =>
            $"cannot-link {ValueText.Of(decision.Subject.CannotLink.A)} {ValueText.Of(decision.Subject.CannotLink.B)}",
        DecisionSubject.SubjectOneofCase.Unmerge => decision.Subject.Unmerge is { From: { } from } unmerge
            ? $"unmerge {ValueText.Of(unmerge.Identifier)} from {ValueText.Of(from)}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"unmerge {ValueText.Of(decision.Subject.Unmerge.Identifier)} from {decision.CannotLinkCount} others"),
        DecisionSubject.SubjectOneofCase.EventRetraction =>
            $"retract event {decision.Subject.EventRetraction.Source}/{decision.Subject.EventRetraction.EventId}",
        DecisionSubject.SubjectOneofCase.SourceRetraction =>
            $"retract source {decision.Subject.SourceRetraction.Source}",
        DecisionSubject.SubjectOneofCase.LinkableValue =>
            $"linkable {ValueText.Of(decision.Subject.LinkableValue.Value)}",
        _ => ValueText.None,
    };
}
