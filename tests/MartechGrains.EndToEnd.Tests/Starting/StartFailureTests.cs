using System.Net;
using System.Net.Sockets;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Sqlite;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>Whatever stops a start is told in one line, without a stack and without a secret.</summary>
public sealed class StartFailureTests : IDisposable
{
    private const int Environment = 1;
    private const int Settings = 2;
    private const string Secret = "s3cret-of-the-shop";

    private readonly string _folder = Directory.CreateTempSubdirectory("martechgrains-start-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http-port")]
    [InlineData("grpc-port")]
    [InlineData("silo-port")]
    public async Task A_taken_port(string port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;

        var server = await StartAsync($"--{port}", $"{taken}");

        server.Tells(Environment, $"{port} {taken} is taken", $"by --{port}.");
        Assert.Equal(1, server.Errors.Split("--").Length - 1);
    }

    [Fact]
    public async Task Several_taken_ports_on_a_line_each()
    {
        TcpListener[] listeners =
            [.. Enumerable.Range(0, 3).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            foreach (var listener in listeners) listener.Start();
            int[] taken = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];

            var server = await EndedServer.RunAsync(
                "--data", Data, "--http-port", $"{taken[0]}", "--grpc-port", $"{taken[1]}",
                "--silo-port", $"{taken[2]}");

            Assert.Equal(Environment, server.ExitCode);
            Assert.Collection(
                server.Errors.TrimEnd().Split('\n'),
                line => Assert.StartsWith($"http-port {taken[0]} is taken", line, StringComparison.Ordinal),
                line => Assert.StartsWith($"grpc-port {taken[1]} is taken", line, StringComparison.Ordinal),
                line => Assert.StartsWith($"silo-port {taken[2]} is taken", line, StringComparison.Ordinal));
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_machine()
    {
        // Reserved for documentation: nobody has it.
        var server = await StartAsync("--listen", "192.0.2.1");

        server.Tells(Environment, "--listen");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made()
    {
        await File.WriteAllTextAsync(Data, "not a folder");

        (await StartAsync("--data", Path.Combine(Data, "below"))).Tells(Environment, $"{Data}/below", "--data");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written()
    {
        // Nor can root, who may write everywhere else.
        Directory.CreateDirectory(Path.Combine(Data, "journal.lock"));

        (await StartAsync("--data", Data)).Tells(Environment, Data, "cannot be written", "--data");
    }

    [Fact]
    public async Task A_data_folder_that_another_process_uses()
    {
        await using var other = new SqliteJournalStore(Data);

        (await StartAsync()).Tells(Environment, Data, "in use by another process");
    }

    [Fact]
    public async Task A_demonstration_on_a_given_data_folder()
    {
        (await StartAsync("--demo")).Tells(Settings, "demo", "--data");
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("martechgrains deployment key, version 1; keep it secret, and keep a copy\n")]
    [InlineData("martechgrains deployment key, version 1; keep it secret, and keep a copy\n"
        + "identifier-secret czNjcmV0LW9mLXRoZS1zaG9w\nwrapping-key czNjcmV0LW9mLXRoZS1zaG9w\n")]
    [InlineData("")]
    [InlineData("s3cret-of-the-shop")]
    public async Task A_deployment_key_that_is_short_or_none(string text)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, KeyFile.Name), text);

        var server = await StartAsync();

        server.Tells(Environment, KeyFile.Name, "Restore it");
        Assert.DoesNotContain("czNjcmV0", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_key_that_is_a_folder()
    {
        Directory.CreateDirectory(Path.Combine(Data, KeyFile.Name));

        (await StartAsync()).Tells(Environment, KeyFile.Name, "folder");
        Assert.Equal(KeyFile.Name, Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(Data))));
    }

    [Fact]
    public async Task An_identity_policy_that_is_broken()
    {
        var policy = Path.Combine(_folder, "policy.yaml");
        await File.WriteAllTextAsync(policy, "version: [");

        (await StartAsync("--identity-policy", policy)).Tells(Settings, "--identity-policy", $"{policy}(2,1)");
    }

    [Fact]
    public async Task An_identity_policy_that_is_broken_beside_other_wrong_settings()
    {
        var policy = Path.Combine(_folder, "policy.yaml");
        await File.WriteAllTextAsync(policy, "version: [");

        var server = await StartAsync("--identity-policy", policy, "--listen", "there");

        Assert.Equal(Settings, server.ExitCode);
        Assert.Equal(2, server.Errors.TrimEnd().Split('\n').Length);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task An_identity_policy_that_is_not_there()
    {
        var policy = Path.Combine(_folder, "none.yaml");

        (await StartAsync("--identity-policy", policy)).Tells(Settings, "--identity-policy", policy);
    }

    [SkippableFact]
    public async Task An_identity_policy_with_the_number_of_another_one()
    {
        await using var store = TestStore.Sqlite();
        var policy = Path.Combine(_folder, "policy.yaml");
        await File.WriteAllTextAsync(policy, DefaultPolicy.ReadYaml());
        await using (var server = await ServerProcess.StartAsync(store, "--identity-policy", policy))
            await server.StopAsync();
        await File.AppendAllTextAsync(policy, "\n# Changed under the same number.\n");

        var again = await EndedServer.RunAsync(
            [.. store.Arguments, "--http-port", "0", "--grpc-port", "0", "--identity-policy", policy]);

        again.Tells(Settings, "identity-policy", "Raise its version");
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("registry.db")]
    public async Task A_damaged_database(string file)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, file), new string('x', 10_000));

        (await StartAsync()).Tells(Environment, Data, "not a database", "copy");
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("registry.db")]
    public async Task A_database_that_was_cut_off(string file)
    {
        await using var store = TestStore.Sqlite();
        await using (var server = await ServerProcess.StartAsync(store))
        {
            await server.Address.Channel.SendAsync(
                [Visit("1", Name("user_id", "ada")), Visit("2", Name("user_id", "bob"))]);
            await server.StopAsync();
        }

        var path = Path.Combine(store.Folder, "data", file);
        await using (var cut = File.OpenWrite(path))
            cut.SetLength(cut.Length / 2);

        (await EndedServer.RunAsync([.. store.Arguments, "--http-port", "0", "--grpc-port", "0"]))
            .Tells(Environment, "malformed", "copy");
    }

    [Fact]
    public async Task Several_wrong_settings_on_a_line_each()
    {
        var server = await StartAsync("--http-port", "many", "--write-kye", $"pos={Secret}", "--listen", "there");

        Assert.Equal(Settings, server.ExitCode);
        Assert.Equal(3, server.Errors.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Two_sources_with_one_key()
    {
        (await StartAsync("--write-key", $"pos={Secret}")).Tells(Settings, "write-key", "'shop' and 'pos'");
    }

    [Fact]
    public async Task The_stack_is_told_on_request()
    {
        await File.WriteAllTextAsync(Data, "not a folder");

        var server = await StartAsync("--verbose");

        Assert.Equal(Environment, server.ExitCode);
        Assert.Contains("\n   at ", server.Errors, StringComparison.Ordinal);
    }

    private async Task<EndedServer> StartAsync(params string[] arguments)
    {
        string[] defaults = [.. new[] { ("--http-port", "0"), ("--grpc-port", "0"), ("--data", Data) }
            .Where(setting => !arguments.Contains(setting.Item1))
            .SelectMany(static setting => new[] { setting.Item1, setting.Item2 })];
        string[] keys = arguments.Contains("--demo") ? [] : ["--write-key", $"shop={Secret}"];
        var server = await EndedServer.RunAsync([.. defaults, .. keys, .. arguments]);
        Assert.DoesNotContain(Secret, server.Errors + server.Output, StringComparison.Ordinal);
        return server;
    }
}
