using System.Diagnostics;
using System.Globalization;
using MartechGrains.LoadTests.Servers;
using Npgsql;


namespace MartechGrains.LoadTests.Database;

/// <summary>
/// A PostgreSQL server of our own in a temporary folder, from the installed programs, with the defaults of the
/// installation as to durability (fsync and synchronous_commit on).
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string InstalledRoot = "/usr/lib/postgresql";
    private const string ServiceUser = "postgres";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly SupervisedProcess process;
    private readonly string folder;

    private PrivatePostgres(SupervisedProcess process, string folder, string connection)
    {
        (this.process, this.folder, Connection) = (process, folder, connection);
    }

    /// <summary>Connection string of a user who may create databases.</summary>
    public string Connection { get; }

    /// <summary>Starts the newest installed PostgreSQL.</summary>
    /// <exception cref="InvalidOperationException">None is installed, or it does not start.</exception>
    public static async Task<PrivatePostgres> StartAsync(CancellationToken cancellation)
    {
        var programs = Programs();
        var folder = Directory.CreateTempSubdirectory("martechgrains-load-postgres-").FullName;
        var data = Path.Combine(folder, "data");
        var port = Ports.Free(1)[0];
        // PostgreSQL refuses to run as root.
        string[] user = Environment.UserName == "root"
            ? ["setpriv", $"--reuid={ServiceUser}", $"--regid={ServiceUser}", "--init-groups"]
            : [];
        if (user.Length > 0)
            await RunAsync(["chown", ServiceUser, folder], cancellation);
        await RunAsync(
            [.. user, Path.Combine(programs, "initdb"), "-D", data, "-U", ServiceUser, "-A", "trust", "-E", "UTF8"],
            cancellation);
        var process = await SupervisedProcess.StartAsync(
            Path.Combine(Path.GetTempPath(), Path.GetFileName(folder) + ".log"), "INT",
            [.. user, Path.Combine(programs, "postgres"), "-D", data,
                "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}",
                "-c", "max_connections=300", "-c", "max_wal_size=4GB"]);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = ServiceUser,
            Database = "postgres",
        };
        var started = new PrivatePostgres(process, folder, connection.ToString());
        await started.WaitUntilReadyAsync(cancellation);
        return started;
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        File.Delete(process.LogFile);
    }

    private static string Programs()
    {
        var newest = Directory.Exists(InstalledRoot)
            ? Directory.GetDirectories(InstalledRoot)
                .Where(version => File.Exists(Path.Combine(version, "bin", "postgres")))
                .MaxBy(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            : null;
        return newest is null
            ? throw new InvalidOperationException(
                $"PostgreSQL is not installed under {InstalledRoot}; name a server with --postgres.")
            : Path.Combine(newest, "bin");
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var run = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var output = run.StandardOutput.ReadToEndAsync(cancellation);
        var errors = await run.StandardError.ReadToEndAsync(cancellation);
        await output;
        await run.WaitForExitAsync(cancellation);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {errors}");
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(Connection);
                await using var opened = await source.OpenConnectionAsync(cancellation);
                return;
            }
            catch (NpgsqlException notYet)
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(began) > ReadyLimit)
                {
                    var log = process.LogTail();
                    await DisposeAsync();
                    throw new InvalidOperationException($"PostgreSQL did not start. Its last words:\n{log}", notYet);
                }
            }

            await Task.Delay(100, cancellation);
        }
    }
}
