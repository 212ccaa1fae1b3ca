using System.CommandLine;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech how</c>: how a profile came about.</summary>
public static class HowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = ProfileKeyArgument.Create();
        var purpose = SharedOptions.Purpose();
        var command = new Command("how", "Tell how a profile came about: what was judged in which order.")
        {
            key, purpose,
        };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ExplainProfileRequest
            {
                Key = parsed.GetRequiredValue(key),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            var client = new IdentityService.IdentityServiceClient(connection.Invoker);
            var reply = await client.ExplainProfileAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal.Tables, reply);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, ExplainProfileResponse reply)
    {
        var profile = reply.Profile ?? new GraphProfile();
        console.Say($"profile {profile.ProfileId}, anchor {ValueText.Of(profile.Anchor)}");
        console.Say(Wording.List(profile.Identifiers.Select(ValueText.Of)));
        if (reply.Links.Count > 0)
            ExplanationText.Links(reply.Links).Write(console);
        else
            console.WriteLine("Nothing has linked it to anything.");
        ExplanationText.Write(console, reply.Decisions);
        if (reply.Truncated)
            console.WriteLine("There is more than is shown.");
    }
}
