using System.CommandLine;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Operations.V1;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech feed</c>: the durable change feed.</summary>
public static class FeedCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var cursor = new Option<string>("--cursor")
        {
            Description = "Go on after an earlier reply; left out, begin at the beginning.",
            HelpName = "CURSOR",
            DefaultValueFactory = _ => "",
        };
        var follow = new Option<bool>("--follow") { Description = "Wait for further changes until stopped." };
        var command = new Command("feed", "Read the change feed, each entry at least once.") { cursor, follow };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ReadChangeFeedRequest
            {
                Cursor = parsed.GetRequiredValue(cursor),
                Follow = parsed.GetValue(follow),
            };
            var client = new OperationsService.OperationsServiceClient(connection.Invoker);
            using var call = client.ReadChangeFeed(request, ServerConnection.Stream(null, cancellation));
            var asJson = parsed.GetValue(options.Json);
            var last = request.Cursor;
            try
            {
                await foreach (var reply in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    await options.Terminal.WriteReplyAsync(reply, reply.Entries.Select(Line), asJson);
                    last = reply.Cursor;
                }
            }
            finally
            {
                // Also after a failure: what was printed need not be read again.
                if (!asJson && last.Length > 0)
                    options.Terminal.Messages.Say($"Go on with --cursor {last}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Wording Line(ChangeFeedEntry entry)
    {
        Wording others = entry.OtherProfileIds.Count == 0
            ? Wording.Value("")
            : $" with {Wording.Chain(", ", entry.OtherProfileIds)}";
        var kind = ValueText.Word(entry.Kind.ToString());
        Wording refused = entry.RefusedByCase switch
        {
            ChangeFeedEntry.RefusedByOneofCase.LimitNamespace => $", a limit of {entry.LimitNamespace},",
            ChangeFeedEntry.RefusedByOneofCase.CannotLinkId => $", cannot-link {entry.CannotLinkId},",
            _ => $"",
        };
        Wording change = $"{kind} {entry.ProfileId}{others}{refused} {Cause(entry)}";
        return $"{ValueText.Of(entry.RecordedAt)} {entry.EntryId} {change}";
    }

    private static Wording Cause(ChangeFeedEntry entry) => entry.CauseCase switch
    {
        ChangeFeedEntry.CauseOneofCase.DecisionId => $"by decision {entry.DecisionId}",
        ChangeFeedEntry.CauseOneofCase.PolicyVersion => $"by policy version {entry.PolicyVersion}",
        ChangeFeedEntry.CauseOneofCase.ValueKey => $"by what is known of value {entry.ValueKey}",
        ChangeFeedEntry.CauseOneofCase.UnitedHome => $"by the evidence of home {entry.UnitedHome}",
        _ => Wording.Value(ValueText.Of(entry.Event)),
    };
}
