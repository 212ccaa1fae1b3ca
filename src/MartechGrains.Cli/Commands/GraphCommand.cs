using System.CommandLine;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech graph</c>: how identifiers became persons.</summary>
public static class GraphCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = ProfileKeyArgument.Create();
        var purpose = SharedOptions.Purpose();
        var command = new Command("graph", "Show the links that made or kept apart profiles.") { key, purpose };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new GetIdentityGraphRequest
            {
                Key = parsed.GetRequiredValue(key),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            var client = new IdentityService.IdentityServiceClient(connection.Invoker);
            var reply = await client.GetIdentityGraphAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal.Tables, reply.Graph ?? new IdentityGraph());
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, IdentityGraph graph)
    {
        var outline = new Outline($"home {graph.Home}, seq {graph.Seq}");
        foreach (var profile in graph.Profiles)
        {
            outline.Add(
                $"profile {profile.ProfileId}",
                profile.Identifiers.Select(identifier => Line(identifier, identifier.Equals(profile.Anchor))));
        }

        if (graph.InertIdentifiers.Count > 0)
            outline.Add($"inert", graph.InertIdentifiers.Select(Line));
        foreach (var component in graph.OversizeComponents)
            outline.Add(
                $"oversize: links connect {component.Identifiers:N0} identifiers; look for one that people share", []);
        outline.Write(console);
        if (graph.Links.Count == 0)
            return;
        var links = new Listing("link", "", "state", "oldest event", "newest event", "why");
        foreach (var link in graph.Links)
        {
            links.Add(
                Wording.Value(ValueText.Of(link.A)),
                Wording.Value(ValueText.Of(link.B)),
                Wording.Value(ValueText.Word(link.State.ToString())),
                Wording.Value(ValueText.Of(link.OldestEventTime)),
                Wording.Value(ValueText.Of(link.NewestEventTime)),
                ExplanationText.Reason(link));
        }

        links.Write(console);
        if (graph.LinksTruncated)
            console.WriteLine("More links are not shown.");
    }

    private static Wording Line(Identifier identifier, bool isAnchor) =>
        isAnchor ? $"{ValueText.Of(identifier)} (anchor)" : Wording.Value(ValueText.Of(identifier));

    private static Wording Line(InertIdentifier inert) =>
        $"{ValueText.Of(inert.Identifier)} ({ValueText.Word(inert.Cause.ToString())})";
}
