using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Testing;
using Npgsql;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>Who stops a start gets what he asked for, at whichever moment: one line, and no failure.</summary>
public sealed class StoppedStartTests
{
    private static readonly string[] FreePorts = ["--http-port", "0", "--grpc-port", "0"];

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task While_the_settings_are_read(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "A pipe in a folder is POSIX.");
        await using var store = TestStore.Sqlite();
        var pipe = Path.Combine(store.Folder, "settings.json");
        await RunAsync("mkfifo", pipe);

        var server = await EndedServer.RunAsync(
            async (process, cancellation) =>
            {
                // It opens once the server has opened the other end, and waits there for a text.
                await using var settings = await Task.Run(
                    () => new FileStream(pipe, FileMode.Open, FileAccess.Write), cancellation);
                await SendAsync(signal, process);
                await settings.WriteAsync("{}"u8.ToArray(), cancellation);
            },
            [.. store.Arguments, .. FreePorts, "--config", pipe]);

        AssertStopped(server);
    }

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task While_the_store_is_opened(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are POSIX.");
        await using var store = TestStore.Sqlite();
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        var port = ((IPEndPoint)database.LocalEndpoint).Port;
        Socket? connection = null;

        var server = await EndedServer.RunAsync(
            async (process, cancellation) =>
            {
                // It is let in, and never answered.
                connection = await database.AcceptSocketAsync(cancellation);
                await SendAsync(signal, process);
            },
            [.. store.Arguments, .. FreePorts, "--postgres", $"Host=127.0.0.1;Port={port};Username=nobody"]);

        connection?.Dispose();
        AssertStopped(server);
    }

    [SkippableTheory]
    [InlineData("TERM")]
    public async Task While_the_silo_starts(string signal)
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var store = TestStore.Of(database);
        await using (var first = await ServerProcess.StartAsync(store)) await first.StopAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var holding = await connection.BeginTransactionAsync();
        // The new write key, the silo can keep there only after this transaction.
        await ExecuteAsync(connection, "LOCK TABLE orleansstorage IN SHARE MODE");

        var server = await EndedServer.RunAsync(
            async (process, cancellation) =>
            {
                while (await WaitingAsync(connection, cancellation) == 0) cancellation.ThrowIfCancellationRequested();
                await SendAsync(signal, process);
            },
            [.. store.Arguments, .. FreePorts, "--write-key", "shop=new"]);

        AssertStopped(server);
    }

    private static void AssertStopped(EndedServer server)
    {
        Assert.True(server.ExitCode == 0, $"{server.ExitCode}: {server.Output}{server.Errors}");
        Assert.Equal("", server.Errors);
        Assert.Equal("Stopped before it had started.\n", server.Output);
    }

    private static Task SendAsync(string signal, Process process) => RunAsync("kill", $"-{signal}", $"{process.Id}");

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> WaitingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orleansstorage'::regclass", connection);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
