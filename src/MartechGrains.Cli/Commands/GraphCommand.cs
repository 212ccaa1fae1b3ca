using System.CommandLine;
using System.Globalization;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
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
        var title = string.Create(CultureInfo.InvariantCulture, $"home {graph.Home}, seq {graph.Seq}");
        var tree = new Tree(Terminal.Cell(title));
        foreach (var profile in graph.Profiles)
        {
            var node = tree.AddNode(Terminal.Cell($"profile {profile.ProfileId}"));
            foreach (var identifier in profile.Identifiers)
            {
                var anchor = identifier.Equals(profile.Anchor) ? " (anchor)" : "";
                node.AddNode(Terminal.Cell(ValueText.Of(identifier) + anchor));
            }
        }

        if (graph.InertIdentifiers.Count > 0)
        {
            var inert = tree.AddNode(Terminal.Cell("inert"));
            foreach (var item in graph.InertIdentifiers)
            {
                var cause = ValueText.Word(item.Cause.ToString());
                inert.AddNode(Terminal.Cell($"{ValueText.Of(item.Identifier)} ({cause})"));
            }
        }

        foreach (var component in graph.OversizeComponents)
            tree.AddNode(Terminal.Cell(string.Create(
                CultureInfo.InvariantCulture,
                $"oversize: links connect {component.Identifiers:N0} identifiers; look for one that people share")));
        console.Write(tree);
        if (graph.Links.Count == 0)
            return;
        var links = new Table().AddColumns("link", "", "state", "oldest event", "newest event", "why");
        foreach (var link in graph.Links)
        {
            var path = link.WitnessPath.Count == 0
                ? ""
                : " [" + string.Join(" - ", link.WitnessPath.Select(ValueText.Of)) + "]";
            links.AddRow(
                Terminal.Cell(ValueText.Of(link.A)),
                Terminal.Cell(ValueText.Of(link.B)),
                Terminal.Cell(ValueText.Word(link.State.ToString())),
                Terminal.Cell(ValueText.Of(link.OldestEventTime)),
                Terminal.Cell(ValueText.Of(link.NewestEventTime)),
                Terminal.Cell(link.Reason + path));
        }

        console.Write(links);
        if (graph.LinksTruncated)
            console.WriteLine("More links are not shown.");
    }
}
