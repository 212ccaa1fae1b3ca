using System.CommandLine;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech values</c>: looks at values that mean nobody.</summary>
public static class ValuesCommand
{
    private const int UsualValues = 50;
    private const int MostValues = 100;

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Command("values", "Look at values that mean nobody.") { Inert(options) };
    }

    private static Command Inert(SharedOptions options)
    {
        var page = SharedOptions.PageToken();
        var limit = SharedOptions.Number("--limit", "Most values to show.", UsualValues, 1, MostValues);
        var purpose = SharedOptions.Purpose();
        var command = new Command("inert", "List the values that link nothing.") { limit, page, purpose };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new DecisionService.DecisionServiceClient(connection.Invoker);
            var request = new ListInertValuesRequest
            {
                PageSize = parsed.GetValue(limit),
                PageToken = parsed.GetRequiredValue(page),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            var reply = await client.ListInertValuesAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal, reply);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Terminal terminal, ListInertValuesResponse reply)
    {
        var table = new Listing("value", "cause", "homes that carry it");
        foreach (var value in reply.Values)
        {
            table.Add(
                Wording.Value(ValueText.Of(value.Value?.Identifier)),
                Wording.Value(ValueText.Word((value.Value?.Cause ?? default).ToString())),
                $"{value.CarrierCount}");
        }

        table.Write(terminal.Tables);
        terminal.TellNextPage(reply.NextPageToken);
    }
}
