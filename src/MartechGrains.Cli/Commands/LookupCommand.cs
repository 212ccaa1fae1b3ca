using System.CommandLine;
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
        console.WriteFields(
        [
            ("profile", Wording.Value(profile.ProfileId)),
            ("anchor", Wording.Value(ValueText.Of(profile.Anchor))),
            ("identifiers", Wording.List(profile.Identifiers.Select(ValueText.Of))),
            ("evaluated at", Wording.Value(ValueText.Of(profile.EvaluatedAt))),
            ("home, seq", profile.Version is { } version ? $"{version.Home}, {version.Seq}" : Wording.Value("")),
        ]);
        if (profile.Traits.Count > 0)
        {
            var traits = new Listing("trait", "value");
            foreach (var (name, value) in profile.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal))
                traits.Add(Wording.Value(name), Wording.Value(ProtoJson.OnLine(value)));
            traits.Write(console);
        }

        if (profile.Consents.Count > 0)
        {
            var consents = new Listing("purpose", "consent", "since", "event");
            foreach (var (purpose, consent) in profile.Consents.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                consents.Add(
                    Wording.Value(purpose),
                    Wording.Value(ValueText.Word(consent.Choice.ToString())),
                    Wording.Value(ValueText.Of(consent.StatedBy?.EventTime)),
                    Wording.Value(ValueText.Of(consent.StatedBy)));
            }

            consents.Write(console);
        }

        if (profile.Features.Count == 0)
            return;
        var features = new Listing("feature", "value", "fresh", "window", "next change");
        foreach (var (id, feature) in profile.Features.OrderBy(feature => feature.Key, StringComparer.Ordinal))
        {
            var window = feature.WindowResolution == WindowResolution.Unspecified
                ? ValueText.None
                : ValueText.Word(feature.WindowResolution.ToString());
            features.Add(
                $"{id}@{feature.Version}",
                ValueText.WordingOf(feature.Value),
                Wording.Value(ValueText.Of(feature.Freshness)),
                Wording.Value(window),
                Wording.Value(ValueText.Of(feature.NextChangeAt)));
        }

        features.Write(console);
    }
}
