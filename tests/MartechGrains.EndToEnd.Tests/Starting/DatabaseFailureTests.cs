using System.Net;
using System.Net.Sockets;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Testing;
using Npgsql;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>A database that cannot be worked with is told in one line, without its password.</summary>
public sealed class DatabaseFailureTests
{
    private const int Environment = 1;
    private const string Secret = "s3cret-of-the-database";

    [SkippableFact]
    public async Task A_database_that_does_not_exist()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();

        (await StartAsync(database.ConnectionString, static settings => settings.Database = "nowhere"))
            .Tells(Environment, "nowhere", ". Check host, port, database", "postgres");
    }

    [SkippableFact]
    public async Task A_password_that_is_wrong()
    {
        PostgresServer.SkipUnlessPrivate();
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await database.ExecuteAsync($"CREATE ROLE {PostgresServer.PasswordUser} LOGIN PASSWORD 'right'");

        (await StartAsync(
            database.ConnectionString, static settings => settings.Username = PostgresServer.PasswordUser))
            .Tells(Environment, "password", PostgresServer.PasswordUser);
    }

    [SkippableFact]
    public async Task A_server_that_loses_what_it_acknowledges()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();

        (await StartAsync(
            database.ConnectionString, static settings => settings.Options = "-c synchronous_commit=off"))
            .Tells(Environment, "synchronous_commit");
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        (await StartAsync($"Host=127.0.0.1;Port={port};Database=none;Username=nobody", static _ => { }))
            .Tells(Environment, $"{port}", "postgres");
    }

    private static async Task<EndedServer> StartAsync(
        string connection, Action<NpgsqlConnectionStringBuilder> change)
    {
        await using var folder = TestStore.Sqlite();
        var settings = new NpgsqlConnectionStringBuilder(connection) { Password = Secret };
        change(settings);
        var server = await EndedServer.RunAsync(
            [.. folder.Arguments, "--postgres", settings.ToString(), "--http-port", "0", "--grpc-port", "0"]);
        Assert.DoesNotContain(Secret, server.Errors + server.Output, StringComparison.Ordinal);
        return server;
    }
}
