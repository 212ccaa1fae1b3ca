using System.Globalization;
using System.Text;
using Google.Protobuf;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>Where a command writes to.</summary>
/// <param name="Tables">Results for people; standard output.</param>
/// <param name="Output">Results for programs; standard output.</param>
/// <param name="Messages">Progress and errors; standard error, so that results can be piped.</param>
public sealed record Terminal(IAnsiConsole Tables, TextWriter Output, IAnsiConsole Messages)
{
    /// <summary>
    /// Columns of a file or pipe, which has no width of its own. Nothing is as wide as this, so each row is one line.
    /// </summary>
    public const int RedirectedWidth = 1 << 28;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new(
        Open(Console.Out, Console.IsOutputRedirected), Console.Out, Open(Console.Error, Console.IsErrorRedirected));

    /// <summary>
    /// The text with its control and direction characters spelled out as <c>\uXXXX</c>: a producer's bytes must not
    /// reach the operator's terminal as commands.
    /// </summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(IsUnsafe))
            return text;
        var clean = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (IsUnsafe(character))
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                clean.Append(character);
        }

        return clean.ToString();
    }

    /// <summary>Tells how to go on where there is a next page.</summary>
    public void TellNextPage(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length > 0)
            Messages.Say($"Go on with --page-token {token}");
    }

    /// <summary>Writes one reply of a stream, and sees to it that a reader of the pipe has it.</summary>
    /// <param name="reply">The reply, for programs one JSON object on a line.</param>
    /// <param name="lines">What it tells people.</param>
    /// <param name="asJson">Whether a program reads.</param>
    public async Task WriteReplyAsync(IMessage reply, IEnumerable<Wording> lines, bool asJson)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (asJson)
        {
            await Output.WriteLineAsync(ProtoJson.OnLine(reply));
        }
        else
        {
            foreach (var line in lines)
                Tables.Say(line);
        }

        await Output.FlushAsync();
    }

    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) };
        if (redirected)
            settings.Interactive = InteractionSupport.No;
        var console = AnsiConsole.Create(settings);
        if (redirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static bool IsUnsafe(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
