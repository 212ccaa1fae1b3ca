using System.CommandLine;
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
        terminal.Tables.WriteFields([.. Fields(decision)]);
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
        var table = new Listing("id", "decision", "state", "who", "when", "why");
        foreach (var decision in reply.Decisions)
        {
            table.Add(
                Wording.Value(decision.DecisionId),
                Text(decision),
                Wording.Sentence(State(decision)),
                Wording.Value(decision.Made?.Actor),
                Wording.Value(ValueText.Of(decision.Made?.Time)),
                Wording.Sentence(decision.Made?.Reason));
        }

        table.Write(terminal.Tables);
        terminal.TellNextPage(reply.NextPageToken);
    }

    private static IEnumerable<(string Name, Wording Value)> Fields(Decision decision)
    {
        yield return ("id", Wording.Value(decision.DecisionId));
        yield return ("decision", Text(decision));
        yield return ("state", Wording.Sentence(State(decision)));
        yield return ("made by", Text(decision.Made));
        if (decision.Undone is { } undone)
            yield return ("undone by", Text(undone));
        if (decision.Subject?.SubjectCase is DecisionSubject.SubjectOneofCase.EventRetraction
            or DecisionSubject.SubjectOneofCase.SourceRetraction)
            yield return ("events", $"{decision.EventCount}");
    }

    private static string State(Decision decision) =>
        (decision.Undone is null ? "in force" : "undone") + (decision.Finished ? "" : ", unfinished");

    private static Wording Text(OperatorAct? act) => act is null
        ? Wording.Value(ValueText.None)
        : $"{act.Actor}, {ValueText.Of(act.Time)}: {Wording.Sentence(act.Reason)}";

    private static Wording Text(Decision decision) => decision.Subject?.SubjectCase switch
    {
        DecisionSubject.SubjectOneofCase.MustLink =>
            $"must-link {ValueText.Of(decision.Subject.MustLink.A)} {ValueText.Of(decision.Subject.MustLink.B)}",
        DecisionSubject.SubjectOneofCase.CannotLink =>
            $"cannot-link {ValueText.Of(decision.Subject.CannotLink.A)} {ValueText.Of(decision.Subject.CannotLink.B)}",
        DecisionSubject.SubjectOneofCase.Unmerge when decision.Subject.Unmerge.From is { } from =>
            $"unmerge {ValueText.Of(decision.Subject.Unmerge.Identifier)} from {ValueText.Of(from)}",
        DecisionSubject.SubjectOneofCase.Unmerge =>
            $"unmerge {ValueText.Of(decision.Subject.Unmerge.Identifier)} from {decision.CannotLinkCount} others",
        DecisionSubject.SubjectOneofCase.EventRetraction =>
            $"retract event {decision.Subject.EventRetraction.Source}/{decision.Subject.EventRetraction.EventId}",
        DecisionSubject.SubjectOneofCase.SourceRetraction =>
            $"retract source {decision.Subject.SourceRetraction.Source}",
        DecisionSubject.SubjectOneofCase.LinkableValue =>
            $"linkable {ValueText.Of(decision.Subject.LinkableValue.Value)}",
        _ => Wording.Value(ValueText.None),
    };
}
