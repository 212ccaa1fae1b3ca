using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech policy</c>: tries, applies, shows and takes back versions of the identity policy.</summary>
public static class PolicyCommand
{
    /// <summary>Longest policy read, in bytes; the server takes fewer characters.</summary>
    public const long MaxFileSize = 1024 * 1024;

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Command("policy", "Try, apply, show and take back versions of the identity policy.")
        {
            WhatIf(options), Apply(options), Status(options), Back(options), List(options), Show(options),
        };
    }

    private static Command WhatIf(SharedOptions options)
    {
        var file = PolicyFile();
        var purpose = SharedOptions.Purpose();
        const string description = "Show what a policy would change of all profiles there are; changes nothing.";
        var command = new Command("what-if", description) { file, purpose };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new RehearsePolicyRequest
            {
                Yaml = await ReadAsync(parsed.GetRequiredValue(file), cancellation),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            using var call = Client(connection).RehearsePolicy(request, ServerConnection.Stream(null, cancellation));
            var asJson = parsed.GetValue(options.Json);
            await foreach (var step in call.ResponseStream.ReadAllAsync(cancellation))
            {
                if (step.StepCase == RehearsePolicyResponse.StepOneofCase.Result && asJson)
                    await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(step.Result));
                else if (step.StepCase == RehearsePolicyResponse.StepOneofCase.Result)
                    DryRunReport.Write(options.Terminal.Tables, step.Result);
                else if (!asJson)
                    options.Terminal.Messages.Say(DryRunReport.Line(step.Progress));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Apply(SharedOptions options)
    {
        var file = PolicyFile();
        var (who, why, wait) = (SharedOptions.Who(isRequired: true), SharedOptions.Why(isRequired: true), Wait());
        const string description = "Put a policy in force; homes go over to it while traffic goes on.";
        var command = new Command("apply", description) { file, who, why, wait };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ApplyPolicyRequest
            {
                Yaml = await ReadAsync(parsed.GetRequiredValue(file), cancellation),
                Actor = parsed.GetRequiredValue(who),
                Reason = parsed.GetRequiredValue(why),
                RequestId = Guid.NewGuid().ToString(),
            };
            var reply = await Client(connection).ApplyPolicyAsync(request, connection.Unary(cancellation));
            return await PublishedAsync(
                options, connection, reply.Version, parsed.GetValue(options.Json), parsed.GetValue(wait), cancellation);
        });
        return command;
    }

    private static Command Back(SharedOptions options)
    {
        var version = new Option<int>("--version")
        {
            Description = "The version whose text shall be in force again; left out, the one before the newest.",
            HelpName = "N",
        };
        var (who, why, wait) = (SharedOptions.Who(isRequired: true), SharedOptions.Why(isRequired: true), Wait());
        const string description = "Put the text of an older version in force again, under a number of its own.";
        var command = new Command("back", description) { version, who, why, wait };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new GoBackRequest
            {
                Version = parsed.GetValue(version),
                Actor = parsed.GetRequiredValue(who),
                Reason = parsed.GetRequiredValue(why),
                RequestId = Guid.NewGuid().ToString(),
            };
            var reply = await Client(connection).GoBackAsync(request, connection.Unary(cancellation));
            return await PublishedAsync(
                options, connection, reply.Version, parsed.GetValue(options.Json), parsed.GetValue(wait), cancellation);
        });
        return command;
    }

    private static Command Status(SharedOptions options)
    {
        var command = new Command("status", "Show how far the newest version has come.");
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var reply = await Client(connection).GetPolicyChangeAsync(
                new GetPolicyChangeRequest(), connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                options.Terminal.Tables.Say(PolicyReport.Line(reply.Change));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(SharedOptions options)
    {
        var command = new Command("list", "List all versions, the newest first: it is the one in force.");
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var reply = await Client(connection).ListPolicyVersionsAsync(
                new ListPolicyVersionsRequest(), connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                PolicyReport.Write(options.Terminal.Tables, reply.Versions);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(SharedOptions options)
    {
        var version = new Argument<int>("VERSION")
        {
            Description = "Its number; left out, the one in force.",
            DefaultValueFactory = _ => 0,
        };
        var command = new Command("show", "Show the text of a version.") { version };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new GetPolicyRequest { Version = parsed.GetValue(version) };
            var reply = await Client(connection).GetPolicyAsync(request, connection.Unary(cancellation));
            await options.Terminal.Output.WriteLineAsync(
                parsed.GetValue(options.Json) ? ProtoJson.Indented(reply) : reply.Yaml.TrimEnd('\n'));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Shows a version that was put in force, and waits for it where asked to.</summary>
    private static async Task<int> PublishedAsync(
        SharedOptions options, ServerConnection connection, PolicyVersion version, bool asJson, bool waits,
        CancellationToken cancellation)
    {
        if (!asJson)
            await options.Terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Version {version.Version} is in force since {ValueText.Of(version.Since)}."));
        if (waits)
            await FollowAsync(options.Terminal, connection, version.Version, asJson, cancellation);
        if (asJson)
            await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(version));
        return ExitCode.Ok;
    }

    /// <summary>Ends when all homes have gone over to the version, or to a newer one.</summary>
    private static async Task FollowAsync(
        Terminal terminal, ServerConnection connection, int version, bool asJson, CancellationToken cancellation)
    {
        while (true)
        {
            var reply = await Client(connection).GetPolicyChangeAsync(
                new GetPolicyChangeRequest(), connection.Unary(cancellation));
            if (!asJson)
                terminal.Messages.Say(PolicyReport.Line(reply.Change));
            if (reply.Change is not { } change || change.FinishedAt is not null && change.Version >= version)
                return;
            await Task.Delay(s_betweenLooks, cancellation);
        }
    }

    private static PolicyService.PolicyServiceClient Client(ServerConnection connection) => new(connection.Invoker);

    private static Argument<FileInfo> PolicyFile()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The policy, a YAML file." };
        file.AcceptExistingOnly();
        return file;
    }

    private static Option<bool> Wait() =>
        new("--wait") { Description = "Wait until all homes have gone over to it, and show how far that is." };

    private static Task<string> ReadAsync(FileInfo file, CancellationToken cancellation) =>
        file.Length <= MaxFileSize
            ? File.ReadAllTextAsync(file.FullName, cancellation)
            : throw new IOException($"{file.Name} is larger than {MaxFileSize} bytes, and so no policy.");
}
