using System.CommandLine;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Operations.V1;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech verify</c>: what is damaged or missing in the store.</summary>
public static class VerifyCommand
{
    /// <summary>Environment variable that holds the operator key.</summary>
    public const string KeyVariable = "MARTECH_OPERATOR_KEY";

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = new Option<string?>("--operator-key")
        {
            Description = $"Operator key, where the server was given any; else {KeyVariable} is asked.",
            HelpName = "KEY",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(KeyVariable),
        };
        const string description =
            "Read all journals and pointers, and name what is damaged or missing: a line each, and 1 as the exit code.";
        var command = new Command("verify", description) { key };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new OperationsService.OperationsServiceClient(connection.Invoker);
            using var call = client.VerifyJournals(
                new VerifyJournalsRequest(), ServerConnection.Stream(parsed.GetValue(key), cancellation));
            var asJson = parsed.GetValue(options.Json);
            var last = new VerificationProgress();
            await foreach (var reply in call.ResponseStream.ReadAllAsync(cancellation))
            {
                await options.Terminal.WriteReplyAsync(reply, reply.Findings.Select(Line), asJson);
                last = reply.Progress;
            }

            if (!asJson)
            {
                options.Terminal.Messages.Say(
                    $"{last.Findings:N0} damaged or missing, of {last.Homes:N0} homes with {last.Rows:N0} rows, "
                    + $"{last.Pointers:N0} pointers, {last.Commits:N0} commits and {last.Decisions:N0} decisions.");
                if (last.Findings > 0)
                    options.Terminal.Messages.Say($"Bring what is missing back from a backup of the store.");
            }

            return last.Findings == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static Wording Line(Finding finding) => finding.Kind switch
    {
        Finding.Types.Kind.RowDamaged => $"home {finding.Home}: row {finding.Row} damaged or missing",
        Finding.Types.Kind.LastRowsLost => $"home {finding.Home}: lost from row {finding.Row} on",
        Finding.Types.Kind.HomeLost => $"home {finding.Home}: lost",
        Finding.Types.Kind.PayloadUnreadable => $"home {finding.Home}: payload of row {finding.Row} unreadable",
        Finding.Types.Kind.MoveLost => $"home {finding.Home}: lost row {finding.Row}, its move",
        Finding.Types.Kind.PointerLost => $"identifier {finding.IdentifierKey}: pointer lost",
        Finding.Types.Kind.PointerAstray => $"identifier {finding.IdentifierKey}: pointer leads elsewhere",
        Finding.Types.Kind.PointerWithoutHome => $"identifier {finding.IdentifierKey}: its home is lost",
        Finding.Types.Kind.PointerDamaged => $"identifier {finding.IdentifierKey}: pointer unreadable",
        Finding.Types.Kind.SnapshotDamaged => $"home {finding.Home}: snapshot unreadable, not needed",
        Finding.Types.Kind.DecisionDamaged => $"decision {finding.DecisionId}: unreadable",
        _ => $"{ValueText.Word(finding.Kind.ToString())} {finding.Home} {finding.IdentifierKey}",
    };
}
