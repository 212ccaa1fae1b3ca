using System.Collections;
using System.Text.Json;
using MartechGrains.Server.Hosting;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

/// <summary>Every setting, set in every place it can stand in.</summary>
public sealed class EverySettingTests
{
    private const string Connection = "Host=db;Database=martech;Username=m;Password=pw";

    private static readonly string PolicyPath = RepositoryFile.Path("src/MartechGrains.Definitions/identity.yaml");

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["demo"] = new("true", static options => options.Start.Demo, true),
        ["verbose"] = new("true", static options => options.Start.Verbose, true),
        ["data"] = new("/srv/martech", static options => options.Store.Data, "/srv/martech"),
        ["postgres"] = new(Connection, static options => options.Store.Postgres!, Connection),
        ["max-clock-offset"] = new(
            "40.00:00:00", static options => options.Store.MaxClockOffset, TimeSpan.FromDays(40)),
        ["http-port"] = new("8080", static options => options.Network.HttpPort, 8080),
        ["grpc-port"] = new("8081", static options => options.Network.GrpcPort, 8081),
        ["silo-port"] = new("8082", static options => options.Network.SiloPort, 8082),
        ["listen"] = new("0.0.0.0", static options => options.Network.Listen, "0.0.0.0"),
        ["write-key"] = new("shop=k1", static options => options.Access.SourcesByKey["k1"], "shop"),
        ["operator-key"] = new("o1", static options => Assert.Single(options.Access.OperatorKeys), "o1"),
        ["cors-origin"] = new(
            "https://a.example", static options => string.Join(' ', options.Callers.CorsOrigins), "https://a.example"),
        ["allowed-host"] = new(
            "a.example", static options => string.Join(' ', options.Callers.AllowedHosts), "a.example"),
        ["trusted-proxy"] = new(
            "10.0.0.7", static options => string.Join(' ', options.Callers.TrustedProxies), "10.0.0.7"),
        ["default-currency"] = new("EUR", static options => options.Ingress.DefaultCurrency, "EUR"),
        ["client-clock"] = new("phones", static options => Assert.Single(options.Ingress.ClientClocks), "phones"),
        ["identity-policy"] = new(PolicyPath, static options => options.Policy.IdentityPolicy!, PolicyPath),
        ["journal-max-queued-writes"] = new("99", static options => options.Journal.MaxQueuedWrites, 99),
        ["journal-max-queued-bytes"] = new("5000000000", static options => options.Journal.MaxQueuedBytes, 5000000000),
        ["journal-max-batch-rows"] = new("7", static options => options.Journal.MaxBatchRows, 7),
        ["journal-max-batch-bytes"] = new("1000", static options => options.Journal.MaxBatchBytes, 1000L),
        ["journal-max-queue-wait"] = new(
            "00:00:03.5", static options => options.Journal.MaxQueueWait, TimeSpan.FromSeconds(3.5)),
        ["journal-retry-for"] = new("00:01:00", static options => options.Journal.RetryFor, TimeSpan.FromMinutes(1)),
        ["journal-first-retry-delay"] = new(
            "00:00:00.005", static options => options.Journal.FirstRetryDelay, TimeSpan.FromMilliseconds(5)),
        ["journal-max-retry-delay"] = new(
            "00:00:10", static options => options.Journal.MaxRetryDelay, TimeSpan.FromSeconds(10)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Every_setting_there_is_has_a_case() => Assert.Equal(
        ServerOptions.Catalogue.All.Select(static setting => setting.Name).Order(StringComparer.Ordinal),
        Cases.Keys.Append("config").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_another_than_its_default(string name) =>
        Assert.NotEqual(
            Cases[name].Expected,
            name is "write-key" or "operator-key" or "client-clock" ? null : Cases[name].Read(new ServerOptions()));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_takes_effect_from_a_file(string name)
    {
        using var file = new SettingsFile(JsonSerializer.Serialize(
            new Dictionary<string, string> { [name] = Cases[name].Text }));

        Cases[name].IsIn(ServerSettings.Read(["--config", file.Path], new Hashtable()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_takes_effect_from_the_environment(string name)
    {
        var variable = "MARTECHGRAINS__" + name.Replace('-', '_').ToUpperInvariant();

        Cases[name].IsIn(ServerSettings.Read([], new Hashtable { [variable] = Cases[name].Text }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_takes_effect_from_the_command_line(string name)
    {
        var setting = ServerOptions.Catalogue.Find(name)!;

        Cases[name].IsIn(ServerSettings.Read([$"--{name}={Cases[name].Text}"], new Hashtable()));
        Cases[name].IsIn(ServerSettings.Read(
            setting.IsFlag ? [$"--{name}"] : [$"--{name}", Cases[name].Text], new Hashtable()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_environment_overrules_the_file_and_the_command_line_both(string name)
    {
        var other = name switch
        {
            "demo" or "verbose" => "false",
            "write-key" => "other=k1",
            "operator-key" => "o2",
            "postgres" => "Host=other",
            "listen" => "::1",
            "default-currency" => "SEK",
            "data" or "identity-policy" => "other",
            _ => name.EndsWith("-wait", StringComparison.Ordinal) || name.EndsWith("-delay", StringComparison.Ordinal)
                || name == "journal-retry-for" ? "00:00:07" : "1234",
        };
        using var file = new SettingsFile(JsonSerializer.Serialize(new Dictionary<string, string> { [name] = other }));
        var variable = "MARTECHGRAINS__" + name.Replace('-', '_').ToUpperInvariant();

        Cases[name].IsIn(ServerSettings.Read(
            ["--config", file.Path], new Hashtable { [variable] = Cases[name].Text }));
        Cases[name].IsIn(ServerSettings.Read(
            [$"--{name}={Cases[name].Text}"], new Hashtable { [variable] = other }));
    }

    [Fact]
    public void The_file_is_named_on_the_command_line_in_both_spellings_or_in_the_environment()
    {
        using var file = new SettingsFile("""{"http-port": 8080}""");
        using var other = new SettingsFile("""{"http-port": 8081}""");
        var variables = new Hashtable { ["MARTECHGRAINS__CONFIG"] = other.Path };

        Assert.Equal(8080, ServerSettings.Read(["--config", file.Path], new Hashtable()).Network.HttpPort);
        Assert.Equal(8080, ServerSettings.Read([$"--config={file.Path}"], new Hashtable()).Network.HttpPort);
        Assert.Equal(8081, ServerSettings.Read([], variables).Network.HttpPort);
        Assert.Equal(8080, ServerSettings.Read(["--config", file.Path], variables).Network.HttpPort);
        Assert.Equal(other.Path, ServerSettings.Read([], variables).Start.Config);
    }

    private sealed record Case(string Text, Func<ServerOptions, object> Read, object Expected)
    {
        public void IsIn(ServerOptions options) => Assert.Equal(Expected, Read(options));
    }
}
