using System.CommandLine;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Definitions;

namespace MartechGrains.Cli.Commands;

/// <summary>
/// <c>martech resolve</c>: what a policy and decisions make of some events, without a server.
/// </summary>
public static class ResolveCommand
{
    /// <summary>Largest file read, in bytes.</summary>
    public const long MaxFileSize = 256 * 1024 * 1024;

    /// <summary>The command. Its output is JSON with or without <c>--json</c>.</summary>
    public static Command Create(Terminal terminal)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        var policy = File("--policy", "JSON file with the policy object of an identity case.");
        var events = File(
            "--events", "JSON file with the events array of an identity case, or with a case's events and decisions.");
        var command = new Command("resolve", "Show offline which profiles a policy makes of some events, as JSON.")
        {
            policy, events,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var policyJson = await ReadAsync(parsed.GetRequiredValue(policy), cancellation);
                var eventsJson = await ReadAsync(parsed.GetRequiredValue(events), cancellation);
                var result = IdentityCase.Read(policyJson, eventsJson).Run();
                await terminal.Output.WriteLineAsync(result.ToJson());
                return ExitCode.Ok;
            }
            catch (Exception error)
                when (error is IdentityCaseException or IOException or UnauthorizedAccessException)
            {
                terminal.Messages.Say(Wording.Sentence(error.Message));
                return ExitCode.Failed;
            }
        });
        return command;
    }

    private static Option<FileInfo> File(string name, string description)
    {
        var option = new Option<FileInfo>(name) { Description = description, HelpName = "FILE", Required = true };
        option.AcceptExistingOnly();
        return option;
    }

    private static Task<string> ReadAsync(FileInfo file, CancellationToken cancellation) =>
        file.Length <= MaxFileSize
            ? System.IO.File.ReadAllTextAsync(file.FullName, cancellation)
            : throw new IOException($"{file.Name} is larger than {MaxFileSize} bytes. Give a smaller case.");
}
