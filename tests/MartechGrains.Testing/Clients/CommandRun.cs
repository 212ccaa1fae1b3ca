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
    /// <summary>Runs <c>martech</c> in this process, as if it wrote into a pipe.</summary>
    public static Task<CommandRun> Of(params string[] args) => At(Terminal.RedirectedWidth, args);

    /// <summary>Runs <c>martech</c> in this process, as if at a terminal.</summary>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="args">The arguments.</param>
    public static async Task<CommandRun> At(int width, params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var terminal = new Terminal(Open(output, width), output, Open(messages, width));
        var code = await MartechCommand.RunAsync(args, terminal);
        return new CommandRun(code, output.ToString(), messages.ToString());
    }

    private static IAnsiConsole Open(TextWriter writer, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        return console;
    }
}
