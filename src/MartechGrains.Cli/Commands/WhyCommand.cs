using System.CommandLine;
using MartechGrains.Cli.Arguments;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Commands;

/// <summary><c>martech why</c>: why two identifiers are one person, or why not.</summary>
public static class WhyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SharedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var one = ProfileKeyArgument.CreateIdentifier("NS:VALUE", "An identifier, such as email:ada@example.com.");
        var other = ProfileKeyArgument.CreateIdentifier("OTHER", "Another identifier, NS:VALUE too.");
        var purpose = SharedOptions.Purpose();
        var command = new Command("why", "Explain why two identifiers are one person, or why they are not.")
        {
            one, other, purpose,
        };
        options.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var request = new ExplainLinkRequest
            {
                A = parsed.GetRequiredValue(one),
                B = parsed.GetRequiredValue(other),
                Purpose = parsed.GetRequiredValue(purpose),
            };
            var client = new IdentityService.IdentityServiceClient(connection.Invoker);
            var reply = await client.ExplainLinkAsync(request, connection.Unary(cancellation));
            if (parsed.GetValue(options.Json))
                await options.Terminal.Output.WriteLineAsync(ProtoJson.Indented(reply));
            else
                Write(options.Terminal.Tables, reply);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, ExplainLinkResponse reply)
    {
        var (a, b) = (ValueText.Of(reply.A), ValueText.Of(reply.B));
        if (reply.AnswerCase == ExplainLinkResponse.AnswerOneofCase.Together)
            Write(console, reply.Together, reply.A, $"{a} and {b} are one person, profile {reply.Together.ProfileId}.");
        else
            Write(console, reply.Apart ?? new Apart(), a, b);
        ExplanationText.Write(console, reply.Decisions);
        if (reply.Truncated)
            console.WriteLine("There is more than is shown.");
    }

    private static void Write(IAnsiConsole console, Together together, Identifier from, Wording title)
    {
        console.Say(title);
        var table = new Listing("from", "to", "oldest event", "newest event", "such as", "by decision");
        var at = from;
        foreach (var link in together.Path)
        {
            var next = link.A.Equals(at) ? link.B : link.A;
            table.Add(
                Wording.Value(ValueText.Of(at)),
                Wording.Value(ValueText.Of(next)),
                Wording.Value(ValueText.Of(link.OldestEventTime)),
                Wording.Value(ValueText.Of(link.NewestEventTime)),
                Wording.Value(ValueText.Of(link.ExampleEvent)),
                Wording.Value(link.MustLinkId.Length == 0 ? ValueText.None : link.MustLinkId));
            at = next;
        }

        table.Write(console);
    }

    private static void Write(IAnsiConsole console, Apart apart, string a, string b)
    {
        Wording reason = apart.Cause switch
        {
            Apart.Types.Cause.InertIdentifier => $"one of them links nothing",
            Apart.Types.Cause.Refused => $"links connect them, but were refused",
            Apart.Types.Cause.InertBetween => $"only values that link nothing were seen with both",
            Apart.Types.Cause.NoEvidence => $"nothing connects them",
            _ => $"the server gives a reason that this program does not know",
        };
        console.Say($"{a} and {b} are not one person: {reason}.");
        foreach (var inert in apart.Ends.Concat(apart.Between))
            console.Say($"  {ValueText.Of(inert.Identifier)} {Sentence(inert)}");
        if (apart.RefusedLinks.Count > 0)
            ExplanationText.Links(apart.RefusedLinks).Write(console);
    }

    private static Wording Sentence(InertIdentifier inert) => inert.Cause switch
    {
        InertIdentifier.Types.Cause.Blocked when inert.RuleOwner.Length > 0 =>
            $"is blocked by a rule of {inert.RuleOwner}: {Wording.Sentence(inert.RuleRationale)}",
        InertIdentifier.Types.Cause.Blocked => $"is blocked by the policy.",
        InertIdentifier.Types.Cause.Generic =>
            $"is generic: it was seen with {inert.GenericAfter} people or more.",
        InertIdentifier.Types.Cause.Unconfirmed => $"is not confirmed yet; it links later by itself.",
        InertIdentifier.Types.Cause.Unseen => $"is carried by no event that counts.",
        _ => $"links nothing.",
    };
}
