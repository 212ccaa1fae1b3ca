using System.CommandLine;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Operations.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech quarantine</c>: events that could not be used.</summary>
public static class QuarantineCommand
{
    private const int UsualEvents = 100;
    private const int MostEvents = 1_000;

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Command("quarantine", "Look at events that could not be used.") { List(options), Show(options) };
    }

    private static Command List(SharedOptions options)
    {
        var source = Text("--source", "SOURCE", "Only events of this source.");
        var reason = Text("--reason", "REASON", "Only this reason, such as EVENT_TIME_IN_FUTURE.");
        var page = SharedOptions.PageToken();
        var limit = SharedOptions.Number("--limit", "Most events to show, newest first.", UsualEvents, 1, MostEvents);
        var command = new Command("list", "List quarantined events, newest first.") { source, reason, limit, page };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ListQuarantinedEventsRequest
            {
                Source = parsed.GetRequiredValue(source),
                Reason = parsed.GetRequiredValue(reason),
                PageSize = parsed.GetValue(limit),
                PageToken = parsed.GetRequiredValue(page),
            };
            var client = new OperationsService.OperationsServiceClient(connection.Invoker);
            var reply = await client.ListQuarantinedEventsAsync(request, connection.Unary(cancellation));
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
        var id = new Argument<string>("ID") { Description = "Id of the quarantined event, a UUID." };
        id.Validators.Add(result =>
        {
            if (!Guid.TryParse(result.Tokens[0].Value, out _))
                result.AddError("ID must be a UUID, as 'martech quarantine list' shows it.");
        });
        const string description = "Show one quarantined event with its bytes, which may be personal data.";
        var command = new Command("show", description) { id };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new GetQuarantinedEventRequest { QuarantineId = parsed.GetRequiredValue(id) };
            var client = new OperationsService.OperationsServiceClient(connection.Invoker);
            var reply = await client.GetQuarantinedEventAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal.Tables, reply.Event ?? new QuarantinedEvent());
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<string> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => "",
    };

    private static void Write(Terminal terminal, ListQuarantinedEventsResponse reply)
    {
        var table = new Listing("id", "received", "source", "event", "reason", "field");
        foreach (var item in reply.Events)
        {
            table.Add(
                Wording.Value(item.QuarantineId),
                Wording.Value(ValueText.Of(item.ReceivedAt)),
                Wording.Value(item.Source),
                Wording.Value(item.EventId),
                Wording.Value(item.Reason),
                Wording.Value(item.Field));
        }

        table.Write(terminal.Tables);
        terminal.TellNextPage(reply.NextPageToken);
    }

    private static void Write(IAnsiConsole console, QuarantinedEvent item) => console.WriteFields(
    [
        ("id", Wording.Value(item.QuarantineId)),
        ("received", Wording.Value(ValueText.Of(item.ReceivedAt))),
        ("source", Wording.Value(item.Source)),
        ("event", Wording.Value(item.EventId)),
        ("reason", Wording.Value(item.Reason)),
        ("field", Wording.Value(item.Field)),
        ("detail", Wording.Sentence(item.Detail)),
        ("what to do", Wording.Sentence(item.Remedy)),
        ("bytes", Wording.Value(item.Raw.ToStringUtf8())),
    ]);
}
