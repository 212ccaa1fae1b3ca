using MartechGrains.Cli;
using MartechGrains.Cli.Output;
using Spectre.Console;

namespace MartechGrains.Testing.Clients;

/// <summary>One run of the command line, and what it wrote.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote for its caller.</param>
/// <param name="Messages">What it wrote beside that.</param>
public sealed record CommandRun(int Code, string Output, string Messages)
{
    private const int Width = 250;

    /// <summary>Runs <c>martech</c> in this process.</summary>
    public static async Task<CommandRun> Of(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var code = await MartechCommand.RunAsync(args, new Terminal(Open(output), output, Open(messages)));
        return new CommandRun(code, output.ToString(), messages.ToString());
    }

    private static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        return console;
    }
}
