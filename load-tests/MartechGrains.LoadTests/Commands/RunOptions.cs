using System.CommandLine;

namespace MartechGrains.LoadTests.Commands;

/// <summary>What every measuring command is told.</summary>
public sealed record RunOptions
{
    private const double MaxSeconds = 120;
    private const int MaxRounds = 100;
    private const int MaxPeople = 1_000_000;

    /// <summary>Length of one measurement.</summary>
    public required double Seconds { get; init; }

    /// <summary>How often both are measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Where results go.</summary>
    public required string Out { get; init; }

    /// <summary>How many people there are.</summary>
    public required int People { get; init; }

    /// <summary>Seed of the traffic.</summary>
    public required ulong Seed { get; init; }

    /// <summary>MartechGrains.Server.dll.</summary>
    public required string ServerDll { get; init; }

    /// <summary>Connection string of a PostgreSQL server, or null.</summary>
    public required string? Postgres { get; init; }

    /// <summary>Whether the baseline is compared with itself.</summary>
    public required bool SelfCheck { get; init; }

    /// <summary>All arguments of the program, for the report.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Adds the options to a command that runs with them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">All arguments of the program.</param>
    /// <param name="run">What it does; returns the exit code.</param>
    public static Command AddTo(
        Command command, IReadOnlyList<string> arguments, Func<RunOptions, CancellationToken, Task<int>> run) =>
        AddTo(command, arguments, (_, options, cancellation) => run(options, cancellation));

    /// <summary>Adds the options to a command that has more of its own.</summary>
    /// <param name="command">The command, with its own options.</param>
    /// <param name="arguments">All arguments of the program.</param>
    /// <param name="run">What it does with its own options and these; returns the exit code.</param>
    public static Command AddTo(
        Command command, IReadOnlyList<string> arguments,
        Func<ParseResult, RunOptions, CancellationToken, Task<int>> run)
    {
        var seconds = new Option<double>("--seconds")
        {
            Description = "Length of one measurement.",
            DefaultValueFactory = _ => 10,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often both are measured, in alternating order.",
            DefaultValueFactory = _ => 5,
        };
        var outFolder = new Option<string>("--out")
        {
            Description = "Folder for the results.",
            DefaultValueFactory = _ => RepositoryLayout.Results,
        };
        var people = new Option<int>("--people")
        {
            Description = "How many people there are.",
            DefaultValueFactory = _ => 20_000,
        };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the traffic.", DefaultValueFactory = _ => 1 };
        var serverDll = new Option<string>("--server-dll")
        {
            Description = "MartechGrains.Server.dll to measure.",
            DefaultValueFactory = _ => RepositoryLayout.ServerDll,
        };
        var postgres = new Option<string?>("--postgres")
        {
            Description = "Connection string of a user who may create databases; without it, ingest starts a private "
                + "server, and lookups run on SQLite.",
        };
        var selfCheck = new Option<bool>("--self-check")
        {
            Description = "Compare the baseline with itself, to check the harness: the ratio should be about 1.",
        };
        Within(seconds, 0.5, MaxSeconds);
        Within(rounds, 1, MaxRounds);
        Within(people, 1, MaxPeople);
        foreach (var option in (Option[])[seconds, rounds, outFolder, people, seed, serverDll, postgres, selfCheck])
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => run(
            parsed,
            new RunOptions
            {
                Seconds = parsed.GetValue(seconds),
                Rounds = parsed.GetValue(rounds),
                Out = parsed.GetValue(outFolder)!,
                People = parsed.GetValue(people),
                Seed = parsed.GetValue(seed),
                ServerDll = parsed.GetValue(serverDll)!,
                Postgres = parsed.GetValue(postgres),
                SelfCheck = parsed.GetValue(selfCheck),
                Arguments = arguments,
            },
            cancellation));
        return command;
    }

    /// <summary>Refuses values of an option outside of its bounds.</summary>
    public static void Within<T>(Option<T> option, T least, T most)
        where T : IComparable<T> =>
        option.Validators.Add(result =>
        {
            var value = result.GetValueOrDefault<T>();
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                result.AddError(FormattableString.Invariant($"{option.Name} must be from {least} to {most}."));
        });
}
