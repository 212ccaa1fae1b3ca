using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Grpc.Core;
using MartechGrains.Cli.Output;
using Spectre.Console;

namespace MartechGrains.Cli.Connection;

/// <summary>The options that every command has, and the frame in which commands run.</summary>
public sealed class SharedOptions
{
    /// <summary>The environment variable of the server's address.</summary>
    public const string ServerVariable = "MARTECH_SERVER";

    private const string UsualServer = "http://127.0.0.1:5081";
    private const double DefaultTimeoutSeconds = 10;
    private const double MaxTimeoutSeconds = 86_400;

    /// <summary>Prepares the options of one command line.</summary>
    public SharedOptions(Terminal terminal)
    {
        Terminal = terminal;
        Timeout.Validators.Add(RequireTimeout);
    }

    /// <summary>Where results and messages go.</summary>
    public Terminal Terminal { get; }

    /// <summary>The server's gRPC address.</summary>
    public Option<Uri> Server { get; } = new("--server")
    {
        Description = $"The server's gRPC address, http or https; {ServerVariable} sets it for all calls.",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = ServerOfEnvironment,
        CustomParser = static result => ServerOf("--server", result.Tokens[0].Value, result),
    };

    /// <summary>Results as JSON.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the reply's protobuf JSON, not tables; errors as google.rpc.Status on standard error.",
        Recursive = true,
    };

    /// <summary>Deadline of a call.</summary>
    public Option<double> Timeout { get; } = new("--timeout")
    {
        Description = "Longest wait for an answer, in seconds.",
        HelpName = "SECONDS",
        Recursive = true,
        DefaultValueFactory = _ => DefaultTimeoutSeconds,
    };

    /// <summary>What a lookup is for.</summary>
    public static Option<string> Purpose() => new("--purpose")
    {
        Description = "What the data will be used for; the server records it.",
        HelpName = "PURPOSE",
        DefaultValueFactory = _ => "operations",
    };

    /// <summary>Where a list goes on.</summary>
    public static Option<string> PageToken() => new("--page-token")
    {
        Description = "Go on after an earlier page.",
        HelpName = "TOKEN",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Who acts.</summary>
    public static Option<string> Who(bool isRequired) => new("--who")
    {
        Description = "Who decides; part of the record.",
        HelpName = "NAME",
        Required = isRequired,
    };

    /// <summary>Why somebody acts.</summary>
    public static Option<string> Why(bool isRequired) => new("--why")
    {
        Description = "Why; part of the record.",
        HelpName = "REASON",
        Required = isRequired,
    };

    /// <summary>A whole number with bounds.</summary>
    public static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < least || number > most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be {least} to {most}."));
        });
        return option;
    }

    /// <summary>
    /// Makes a command call the server; failed calls are shown and end with <see cref="ExitCode.Failed"/>.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="run">What it does; answers the exit code.</param>
    public void OnServer(
        Command command, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> run)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(run);
        command.SetAction(async (parsed, cancellation) =>
        {
            var server = parsed.GetRequiredValue(Server);
            using var connection = new ServerConnection(server, TimeoutOf(parsed));
            try
            {
                return await run(parsed, connection, cancellation);
            }
            catch (Exception error) when (IsCancelled(error, cancellation))
            {
                Terminal.Messages.WriteLine("Stopped.");
                return ExitCode.Failed;
            }
            catch (RpcException error)
            {
                var status = await ConnectionFailure.ExplainAsync(error, server, cancellation);
                StatusReport.Write(Terminal.Messages, status ?? StatusReport.Of(error), parsed.GetValue(Json));
                return ExitCode.Failed;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Terminal.Messages.Say(Wording.Sentence(error.Message));
                return ExitCode.Failed;
            }
        });
    }

    /// <summary>Longest wait for an answer.</summary>
    public TimeSpan TimeoutOf(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return TimeSpan.FromSeconds(parsed.GetValue(Timeout));
    }

    private static bool IsCancelled(Exception error, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
        && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled };

    private static void RequireTimeout(OptionResult result)
    {
        if (result.GetValueOrDefault<double>() is not (> 0 and <= MaxTimeoutSeconds))
            result.AddError($"--timeout must be more than 0 and at most {MaxTimeoutSeconds} seconds.");
    }

    private static Uri ServerOfEnvironment(ArgumentResult result) =>
        Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given
            ? ServerOf(ServerVariable, given, result)!
            : new Uri(UsualServer);

    private static Uri? ServerOf(string setting, string value, ArgumentResult result)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var server)
            && (server.Scheme == Uri.UriSchemeHttp || server.Scheme == Uri.UriSchemeHttps))
            return server;
        result.AddError($"{setting} needs an http or https address, such as {UsualServer}.");
        return null;
    }
}
