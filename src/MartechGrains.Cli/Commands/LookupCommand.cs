using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Activation.V1;
using Spectre.Console;
using Profile = MartechGrains.Protocol.Activation.V1.Profile;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech lookup</c>: one live profile.</summary>
public static class LookupCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = ProfileKeyArgument.Create();
        var purpose = SharedOptions.Purpose();
        var fields = new Option<string?>("--fields")
        {
            Description = "Fields to read, divided by commas, such as profile_id,features.purchase_count.",
            HelpName = "MASK",
        };
        var command = new Command("lookup", "Show a live profile.") { key, purpose, fields };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new GetProfileRequest
            {
                Key = parsed.GetRequiredValue(key),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            if (parsed.GetValue(fields) is { Length: > 0 } mask)
                request.ReadMask = new FieldMask { Paths = { mask.Split(',', StringSplitOptions.TrimEntries) } };
            var client = new ActivationService.ActivationServiceClient(connection.Invoker);
            var reply = await client.GetProfileAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal.Tables, reply.Profile ?? new Profile());
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, Profile profile)
    {
        var head = new Grid().AddColumn().AddColumn();
        AddRow(head, "profile", profile.ProfileId);
        AddRow(head, "anchor", ValueText.Of(profile.Anchor));
        AddRow(head, "identifiers", ValueText.Join(profile.Identifiers.Select(ValueText.Of)));
        AddRow(head, "evaluated at", ValueText.Of(profile.EvaluatedAt));
        if (profile.Version is { } version)
            AddRow(head, "home, seq", string.Create(CultureInfo.InvariantCulture, $"{version.Home}, {version.Seq}"));
        console.Write(head);

        if (profile.Traits.Count > 0)
        {
            var traits = new Table().AddColumns("trait", "value");
            foreach (var (name, value) in profile.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal))
                traits.AddRow(Terminal.Cell(name), Terminal.Cell(ProtoJson.OnLine(value)));
            console.Write(traits);
        }

        if (profile.Consents.Count > 0)
        {
            var consents = new Table().AddColumns("purpose", "consent", "since", "event");
            foreach (var (purpose, consent) in profile.Consents.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                consents.AddRow(
                    Terminal.Cell(purpose),
                    Terminal.Cell(ValueText.Word(consent.Choice.ToString())),
                    Terminal.Cell(ValueText.Of(consent.StatedBy?.EventTime)),
                    Terminal.Cell(ValueText.Of(consent.StatedBy)));
            }

            console.Write(consents);
        }

        if (profile.Features.Count == 0)
            return;
        var features = new Table().AddColumns("feature", "value", "fresh", "window", "next change");
        foreach (var (id, feature) in profile.Features.OrderBy(feature => feature.Key, StringComparer.Ordinal))
        {
            var window = feature.WindowResolution == WindowResolution.Unspecified
                ? ValueText.None
                : ValueText.Word(feature.WindowResolution.ToString());
            features.AddRow(
                Terminal.Cell(string.Create(CultureInfo.InvariantCulture, $"{id}@{feature.Version}")),
                Terminal.Cell(ValueText.Of(feature.Value)),
                Terminal.Cell(ValueText.Of(feature.Freshness)),
                Terminal.Cell(window),
                Terminal.Cell(ValueText.Of(feature.NextChangeAt)));
        }

        console.Write(features);
    }

    private static void AddRow(Grid grid, string name, string value) =>
        grid.AddRow(Terminal.Cell(name), Terminal.Cell(value));
}
