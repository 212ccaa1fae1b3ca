using System.CommandLine;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech decide</c>: makes decisions on who is one person and what counts.</summary>
public static class DecideCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Command("decide", "Decide who is one person, and what counts. Every decision can be undone.")
        {
            MustLink(options),
            CannotLink(options),
            Unmerge(options),
            Linkable(options),
            RetractEvent(options),
            RetractSource(options),
        };
    }

    private static Command MustLink(SharedOptions options)
    {
        var (a, b) = (Identifier("A"), Identifier("B"));
        const string description = "Two identifiers are one person, unless a limit or a cannot-link forbids it.";
        return Decide(options, new Command("must-link", description) { a, b }, parsed => new DecisionSubject
        {
            MustLink = new MustLink { A = parsed.GetRequiredValue(a), B = parsed.GetRequiredValue(b) },
        });
    }

    private static Command CannotLink(SharedOptions options)
    {
        var (a, b) = (Identifier("A"), Identifier("B"));
        const string description = "Two identifiers are never one person.";
        return Decide(options, new Command("cannot-link", description) { a, b }, parsed => new DecisionSubject
        {
            CannotLink = new CannotLink { A = parsed.GetRequiredValue(a), B = parsed.GetRequiredValue(b) },
        });
    }

    private static Command Unmerge(SharedOptions options)
    {
        var identifier = Identifier("A");
        var from = Identifier("FROM");
        from.Arity = ArgumentArity.ZeroOrOne;
        from.Description = "The identifier to part it from; left out, it is parted from all others of its profile.";
        const string description = "Take an identifier out of its profile, and keep it out whatever events come.";
        return Decide(options, new Command("unmerge", description) { identifier, from }, parsed => new DecisionSubject
        {
            Unmerge = new Unmerge { Identifier = parsed.GetRequiredValue(identifier), From = parsed.GetValue(from) },
        });
    }

    private static Command Linkable(SharedOptions options)
    {
        var value = Identifier("NS:VALUE");
        const string description = "A value links, although the policy blocks it or many people share it.";
        return Decide(options, new Command("linkable", description) { value }, parsed => new DecisionSubject
        {
            LinkableValue = new LinkableValue { Value = parsed.GetRequiredValue(value) },
        });
    }

    private static Command RetractEvent(SharedOptions options)
    {
        var source = new Argument<string>("SOURCE") { Description = "The source that delivered the event." };
        var id = new Argument<string>("ID") { Description = "The event's id there." };
        var of = new Option<Identifier[]>("--of")
        {
            Description = "An identifier that the event carried and that links; may be repeated.",
            HelpName = "NS:VALUE",
            Required = true,
            CustomParser = static result =>
                [.. result.Tokens.Select(token => IdentifierArgument.Parse(token.Value, result)).OfType<Identifier>()],
        };
        const string description = "One event counts for nothing.";
        return Decide(options, new Command("retract-event", description) { source, id, of }, parsed =>
        {
            var retraction = new EventRetraction
            {
                Source = parsed.GetRequiredValue(source),
                EventId = parsed.GetRequiredValue(id),
            };
            retraction.Identifiers.Add(parsed.GetRequiredValue(of));
            return new DecisionSubject { EventRetraction = retraction };
        });
    }

    private static Command RetractSource(SharedOptions options)
    {
        var source = new Argument<string>("SOURCE") { Description = "The source whose events count no more." };
        const string description = "No event counts that a source has delivered so far.";
        return Decide(options, new Command("retract-source", description) { source }, parsed => new DecisionSubject
        {
            SourceRetraction = new SourceRetraction { Source = parsed.GetRequiredValue(source) },
        });
    }

    private static Argument<Identifier> Identifier(string name) => IdentifierArgument.Create(name);

    /// <summary>Makes a command decide, or preview, what its arguments say.</summary>
    private static Command Decide(SharedOptions options, Command command, Func<ParseResult, DecisionSubject> subject)
    {
        var (who, why) = (SharedOptions.Who(isRequired: false), SharedOptions.Why(isRequired: false));
        var request = new Option<string>("--request-id")
        {
            Description = "Id of this request; give the same again to be sure that it is decided once.",
            HelpName = "ID",
        };
        var unknown = new Option<bool>("--allow-unknown")
        {
            Description = "Let the decision name identifiers that no event has carried yet.",
        };
        var preview = new Option<bool>("--preview") { Description = "Tell what would come of it, and decide nothing." };
        var purpose = SharedOptions.Purpose();
        foreach (var option in (Option[])[who, why, request, unknown, preview, purpose]) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(preview)) return;
            if (string.IsNullOrWhiteSpace(result.GetValue(who)) || string.IsNullOrWhiteSpace(result.GetValue(why)))
                result.AddError("A decision needs --who and --why; --preview does not.");
        });
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var client = new DecisionService.DecisionServiceClient(connection.Invoker);
            if (parsed.GetValue(preview))
            {
                var outlook = await client.PreviewDecisionAsync(
                    new PreviewDecisionRequest
                    {
                        Subject = subject(parsed),
                        Purpose = parsed.GetRequiredValue(purpose),
                        AllowUnknownIdentifiers = parsed.GetValue(unknown),
                    },
                    connection.Unary(cancellation));
                await WriteAsync(options.Terminal, outlook, parsed.GetValue(options.Json));
                return outlook.RefusalReason.Length == 0 ? ExitCode.Ok : ExitCode.Failed;
            }

            var reply = await client.CreateDecisionAsync(
                new CreateDecisionRequest
                {
                    RequestId = parsed.GetValue(request) ?? Guid.NewGuid().ToString("n"),
                    Subject = subject(parsed),
                    Actor = parsed.GetRequiredValue(who),
                    Reason = parsed.GetRequiredValue(why),
                    AllowUnknownIdentifiers = parsed.GetValue(unknown),
                },
                connection.Unary(cancellation));
            await DecisionsCommand.WriteAsync(options.Terminal, reply, reply.Decision, parsed.GetValue(options.Json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WriteAsync(Terminal terminal, PreviewDecisionResponse outlook, bool asJson)
    {
        if (asJson)
        {
            await terminal.Output.WriteLineAsync(ProtoJson.Indented(outlook));
            return;
        }

        if (outlook.RefusalReason.Length > 0)
        {
            terminal.Tables.Say($"Refused, {outlook.RefusalReason}: {Wording.Sentence(outlook.Refusal)}.");
            if (outlook.WitnessPath.Count > 0)
                terminal.Tables.Say(Wording.Chain(" - ", outlook.WitnessPath.Select(ValueText.Of)));
            return;
        }

        var table = new Listing("when", "profile", "identifiers");
        foreach (var (when, profile) in outlook.ProfilesBefore.Select(profile => ("before", profile))
            .Concat(outlook.ProfilesAfter.Select(profile => ("after", profile))))
        {
            table.Add(
                Wording.Value(when),
                Wording.Value(profile.ProfileId),
                Wording.List(profile.Identifiers.Select(ValueText.Of)));
        }

        table.Write(terminal.Tables);
        if (outlook.Truncated)
            terminal.Messages.WriteLine("There is more than is shown.");
    }
}
