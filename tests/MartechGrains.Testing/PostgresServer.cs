using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace MartechGrains.Testing;

/// <summary>
/// A PostgreSQL server for tests, one per process: the one of <c>MARTECH_TEST_POSTGRES</c> (a connection string of a
/// user who may create databases), else a private one, started from the installed programs in a temporary folder.
/// </summary>
public sealed class PostgresServer
{
    /// <summary>Environment variable with the connection string of a server to use.</summary>
    public const string Variable = "MARTECH_TEST_POSTGRES";

    /// <summary>
    /// Environment variable; <c>on</c> lets the private server wait for the disk, which only takes time: no test cuts
    /// its power.
    /// </summary>
    public const string FsyncVariable = "MARTECH_TEST_POSTGRES_FSYNC";

    /// <summary>A user who does not exist yet, and from whom the private server will want a password.</summary>
    public const string PasswordUser = "asked_for_password";

    private const string InstalledRoot = "/usr/lib/postgresql";
    private const string ServiceUser = "postgres";
    private static readonly Lazy<Task<PostgresServer>> Instance = new(StartAsync);

    private readonly string? _connectionString;
    private readonly string? _missing;

    private PostgresServer(string? connectionString, string? missing) =>
        (_connectionString, _missing) = (connectionString, missing);

    /// <summary>A fresh, empty database; skips the test, visibly, where there is no server to be had.</summary>
    public static async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        var server = await Instance.Value.ConfigureAwait(false);
        Skip.If(server._connectionString is null, server._missing);
        return await PostgresDatabase.CreateAsync(server._connectionString!).ConfigureAwait(false);
    }

    /// <summary>Skips the test, visibly, where the server is not the private one.</summary>
    public static void SkipUnlessPrivate() => Skip.If(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 },
        $"The server of {Variable} may not ask for passwords.");

    private static async Task<PostgresServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return new PostgresServer(given, null);
        var programs = Directory.Exists(InstalledRoot)
            ? Directory.GetDirectories(InstalledRoot)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
                .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            : null;
        if (programs is null)
            return new PostgresServer(null,
                $"PostgreSQL is not installed under {InstalledRoot}, and {Variable} is not set.");
        var folder = TestFolder.Create("postgres");
        var asUser = Environment.UserName == "root" ? $"runuser -u {ServiceUser} --" : "";
        var port = FreePort();
        // The watcher outlives a killed test run just long enough to stop the server and remove its folder.
        var stop = $"cd / && {asUser} '{programs}/pg_ctl' -D '{folder}/data' -m fast -w stop; rm -rf '{folder}'";
        await ShellAsync($"""
            set -e
            cd /
            {(asUser.Length == 0 ? "" : $"chown {ServiceUser} '{folder}'")}
            {asUser} '{programs}/initdb' -D '{folder}/data' -U {ServiceUser} -A trust -E UTF8 --locale=C --no-sync
            hba=$(cat '{folder}/data/pg_hba.conf')
            printf '%s\n' 'host all {PasswordUser} 127.0.0.1/32 scram-sha-256' "$hba" > '{folder}/data/pg_hba.conf'
            {asUser} '{programs}/pg_ctl' -D '{folder}/data' -l '{folder}/log' -w -o "{Options(folder, port)}" start
            setsid sh -c "while kill -0 {Environment.ProcessId}; do sleep 1; done; {stop}" </dev/null >/dev/null 2>&1 &
            """).ConfigureAwait(false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => ShellAsync(stop).GetAwaiter().GetResult();
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = ServiceUser,
            Database = "postgres",
        };
        return new PostgresServer(settings.ToString(), null);
    }

    private static string Options(string folder, int port)
    {
        var fsync = Environment.GetEnvironmentVariable(FsyncVariable) == "on" ? "on" : "off";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{folder}' "
            + $"-c max_connections=200 -c fsync={fsync}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ShellAsync(string script)
    {
        // The output goes to a file: a server that inherits a pipe would keep it open.
        var log = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c",
                $"exec >'{log}' 2>&1\n{script}"]))!;
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var output = await File.ReadAllTextAsync(log).ConfigureAwait(false);
                throw new InvalidOperationException($"PostgreSQL for tests: {output}");
            }
        }
        finally
        {
            File.Delete(log);
        }
    }
}
