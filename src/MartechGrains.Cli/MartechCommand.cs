using System.CommandLine;
using System.CommandLine.Help;
using MartechGrains.Cli.Commands;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Cli.Sending;
using Spectre.Console;

namespace MartechGrains.Cli;

/// <summary>The command line of <c>martech</c>.</summary>
public static class MartechCommand
{
    private const string Description =
        """
        Operates a MartechGrains server over gRPC.

        Exit codes: 0 done; 1 refused or failed, or an event was quarantined; 2 wrong command line.
        """;

    /// <summary>Parses and runs one command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where results and messages go.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        var parsed = Build(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
            return await RefuseAsync(parsed, terminal, cancellation);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Messages.Profile.Out.Writer,
            EnableDefaultExceptionHandler = false,
        };
        return await parsed.InvokeAsync(configuration, cancellation);
    }

    /// <summary>All commands.</summary>
    public static RootCommand Build(Terminal terminal)
    {
        var options = new SharedOptions(terminal);
        var root = new RootCommand(Description)
        {
            options.Server,
            options.Json,
            options.Timeout,
        };
        root.Add(SendCommand.Create(options));
        root.Add(LookupCommand.Create(options));
        root.Add(ExplainCommand.Create(options));
        root.Add(GraphCommand.Create(options));
        root.Add(WhyCommand.Create(options));
        root.Add(HowCommand.Create(options));
        root.Add(DecideCommand.Create(options));
        root.Add(DecisionsCommand.Create(options));
        root.Add(ValuesCommand.Create(options));
        root.Add(QuarantineCommand.Create(options));
        root.Add(FeedCommand.Create(options));
        root.Add(VerifyCommand.Create(options));
        root.Add(PolicyCommand.Create(options));
        root.Add(ResolveCommand.Create(terminal));
        foreach (var help in root.Options.Select(static option => option.Action).OfType<HelpAction>())
            help.MaxWidth = terminal.Tables.Profile.Width;
        return root;
    }

    /// <summary>Tells what is wrong with a command line, in lines as wide as the terminal, and gives help.</summary>
    private static async Task<int> RefuseAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        await using var faults = new StringWriter();
        await using var help = new StringWriter();
        var configuration = new InvocationConfiguration { Output = help, Error = faults };
        await parsed.InvokeAsync(configuration, cancellation);
        foreach (var line in faults.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'))
            terminal.Messages.Say(Wording.Sentence(line));
        terminal.Messages.WriteLine();
        await terminal.Output.WriteAsync(help.ToString());
        return ExitCode.Usage;
    }
}
