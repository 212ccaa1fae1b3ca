using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MartechGrains.Cli.Connection;
using MartechGrains.Server.Hosting;
using MartechGrains.Testing.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class ConnectionFailureTests
{
    private const int GrpcPort = 6543;

    [Fact]
    public async Task Where_nobody_listens_address_and_cause_are_told()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = $"http://{closed.LocalEndpoint}";
        closed.Stop();

        var run = await CommandRun.Of("--server", address, "lookup", "user_id:1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains($"{address} cannot be reached: Connection refused", run.Messages, StringComparison.Ordinal);
        Assert.Contains(SharedOptions.ServerVariable, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_HTTP_port_of_a_server_its_gRPC_port_is_told()
    {
        await using var server = await HttpAsync(
            static answer => answer.Headers[WelcomePage.GrpcPortHeader] = $"{GrpcPort}");

        var run = await CommandRun.Of("--server", server.Address.ToString(), "lookup", "user_id:1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains($"Give http://127.0.0.1:{GrpcPort} with --server", run.Messages, StringComparison.Ordinal);
        Assert.Equal(ConnectionFailure.GrpcPortHeader, WelcomePage.GrpcPortHeader);
    }

    [Fact]
    public async Task At_anything_else_it_is_told_to_be_no_gRPC_server()
    {
        await using var server = await HttpAsync(static _ => { });

        var run = await CommandRun.Of("--server", server.Address.ToString(), "lookup", "user_id:1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("does not answer as a gRPC server", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9", "http://127.0.0.1:9 cannot be reached: ")]
    [InlineData("shop.example", $"{SharedOptions.ServerVariable} needs an http or https address")]
    public async Task The_environment_names_the_server_where_the_command_line_does_not(string given, string told)
    {
        // What it needs lies beside these tests, and they say where.
        var tests = Path.ChangeExtension(typeof(ConnectionFailureTests).Assembly.Location, null);
        var start = new ProcessStartInfo("dotnet",
        [
            "exec", "--depsfile", $"{tests}.deps.json", "--runtimeconfig", $"{tests}.runtimeconfig.json",
            Path.Combine(AppContext.BaseDirectory, "martech.dll"), "lookup", "user_id:1",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [SharedOptions.ServerVariable] = given },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains(told, await errors, StringComparison.Ordinal);
        Assert.DoesNotContain(told, await output, StringComparison.Ordinal);
    }

    private static Task<LoopbackServer> HttpAsync(Action<HttpResponse> answer) => LoopbackServer.StartAsync(
        HttpProtocols.Http1, static _ => { }, application => application.MapGet("/", (HttpContext http) =>
        {
            answer(http.Response);
            return Results.Ok();
        }));
}
