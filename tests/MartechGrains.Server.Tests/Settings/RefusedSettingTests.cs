using System.Collections;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

public sealed class RefusedSettingTests
{
    private static readonly Hashtable Empty = [];

    [Fact]
    public void Every_fault_of_every_place_is_told_at_once_on_a_line_each()
    {
        using var file = new SettingsFile("""{"http-port": "http", "nonsense": 1, "listen": "everywhere"}""");
        var variables = new Hashtable
        {
            ["MARTECHGRAINS__GRPC_PORT"] = "99999",
            ["MARTECHGRAINS__DATA"] = "",
            ["MARTECHGRAINS__JOURNAL_RETRY_FOR"] = "15",
        };

        var faults = Faults(["--config", file.Path, "--default-currency", "euro\n", "stray", "--silo-port"], variables);

        Assert.Equal(
            [
                "--silo-port needs a value.",
                "Argument 5 is no setting. Settings are --NAME VALUE; --help lists them.",
                $"Unknown setting nonsense in {file.Path}. --help lists what is known.",
                "data is empty (MARTECHGRAINS__DATA). Leave it out for its default.",
                "default-currency must be an ISO 4217 code such as USD, not 'euro ' (--default-currency).",
                "grpc-port must be a whole number from 0 to 65535, not '99999' (MARTECHGRAINS__GRPC_PORT).",
                $"http-port must be a whole number from 0 to 65535, not 'http' (http-port in {file.Path}).",
                "journal-retry-for must be a time from 0:00:00 to 1:00:00 (hours:minutes:seconds), not '15' "
                    + "(MARTECHGRAINS__JOURNAL_RETRY_FOR).",
                "listen must be an IP address, such as 127.0.0.1 or 0.0.0.0, not 'everywhere' "
                    + $"(listen in {file.Path}).",
            ],
            faults.Select(static fault => fault.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_name_is_refused_wherever_it_stands_with_the_nearest_known_one()
    {
        using var file = new SettingsFile("""{"htp-port": 1}""");

        Assert.Equal(
            $"Unknown setting htp-port in {file.Path}. Did you mean http-port?",
            Assert.Single(Faults(["--config", file.Path], Empty)).Text);
        Assert.Equal(
            "Unknown setting MARTECHGRAINS__WRITE_KEYS. Did you mean MARTECHGRAINS__WRITE_KEY?",
            Assert.Single(Faults([], new Hashtable { ["MARTECHGRAINS__WRITE_KEYS"] = "shop=s3cret" })).Text);
        Assert.Equal(
            "Unknown setting --write-kye. Did you mean --write-key?",
            Assert.Single(Faults(["--write-kye=shop=s3cret"], Empty)).Text);
        Assert.Equal(
            (SettingFaultKind.Unknown, "gate"),
            Assert.Single(Faults(["--gate", "s3cret"], Empty)) is var fault ? (fault.Kind, fault.Setting) : default);
    }

    [Theory]
    [InlineData("--operator-key", "KEY")]
    [InlineData("--write-key", "SOURCE=KEY")]
    public void A_secret_that_looks_like_a_name_is_not_shown(string secret, string value)
    {
        Assert.Equal(
            $"{secret} needs a value; one that begins with -- is given as {secret}={value}.",
            Assert.Single(Faults([secret, "--s3cret"], Empty)).Text);
        Assert.Equal(
            $"{secret} needs a value.", Assert.Single(Faults([secret, "--http-port=0"], Empty)).Text);
    }

    [Theory]
    [InlineData("MARTECHGRAINS__DATA__0")]
    [InlineData("MARTECHGRAINS__WRITE_KEY__FIRST")]
    [InlineData("MARTECHGRAINS__")]
    public void A_variable_of_the_prefix_that_is_no_setting_is_refused(string variable) =>
        Assert.Equal(
            SettingFaultKind.Unknown, Assert.Single(Faults([], new Hashtable { [variable] = "x=y" })).Kind);

    [Fact]
    public void What_Kubernetes_injects_for_services_of_the_programs_name_is_let_be()
    {
        var injected = new Hashtable
        {
            ["MARTECHGRAINS_PORT"] = "tcp://10.0.0.1:5080",
            ["MARTECHGRAINS_SERVICE_HOST"] = "10.0.0.1",
            ["MARTECHGRAINS_SERVICE_PORT"] = "5080",
            ["MARTECHGRAINS_SERVICE_PORT_HTTP"] = "5080",
            ["MARTECHGRAINS_PORT_5080_TCP"] = "tcp://10.0.0.1:5080",
            ["MARTECHGRAINS_PORT_5080_TCP_ADDR"] = "10.0.0.1",
            // Those of services named martechgrains-http and martechgrains-grpc.
            ["MARTECHGRAINS_HTTP_PORT"] = "tcp://10.0.0.2:80",
            ["MARTECHGRAINS_HTTP_SERVICE_HOST"] = "10.0.0.2",
            ["MARTECHGRAINS_GRPC_PORT"] = "udp://10.0.0.3:81",
        };

        Assert.Equal(
            new NetworkOptions { HttpPort = 8080 },
            ServerSettings.Read(["--http-port", "8080"], injected).Network);
    }

    [Theory]
    [InlineData("MARTECHGRAINS_POSTGRES", "Host=db;Password=s3cret", "postgres")]
    [InlineData("MARTECHGRAINS_HTTP_PORT", "8080", "http-port")]
    [InlineData("MARTECHGRAINS_WRITE_KEY", "shop=s3cret", "write-key")]
    public void A_variable_with_the_former_prefix_is_refused_since_ignoring_it_could_start_on_another_store(
        string variable, string value, string setting)
    {
        var fault = Assert.Single(Faults([], new Hashtable { [variable] = value }));

        Assert.Equal((SettingFaultKind.Renamed, setting), (fault.Kind, fault.Setting));
        Assert.Contains(variable.Replace("S_", "S__", StringComparison.Ordinal), fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "x")]
    [InlineData("--postgres", "Host=db;Password=s3cret")]
    [InlineData("--write-key", "shop=s3cret")]
    public void A_demonstration_is_refused_beside_what_it_brings_itself(string name, string value)
    {
        var fault = Assert.Single(Faults(["--demo", name, value], Empty));

        Assert.Equal((SettingFaultKind.Conflict, name[2..]), (fault.Kind, fault.Setting));
        ServerSettings.Read(["--demo=false", name, value], Empty);
    }

    [Theory]
    [InlineData("s3cret")]
    [InlineData("Password=s3cret;Hots=db")]
    [InlineData("Username=u;Password=s3cret")]
    [InlineData("Host=;Password=s3cret")]
    public void A_connection_that_cannot_be_read_is_refused_without_its_password(string connection) =>
        Assert.Equal("postgres", Assert.Single(Faults(["--postgres", connection], Empty)).Setting);

    [Fact]
    public void Two_ports_alike_are_refused()
    {
        Assert.Equal(
            "grpc-port must be another port than http-port, not '5080' (--grpc-port).",
            Assert.Single(Faults(["--grpc-port", "5080"], Empty)).Text);
        Assert.Equal(
            "silo-port",
            Assert.Single(Faults(["--silo-port", "70", "--grpc-port", "70"], Empty)).Setting);
        ServerSettings.Read(["--http-port", "0", "--grpc-port", "0", "--silo-port", "0"], Empty);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"data": s3cret}""")]
    [InlineData("""{"data": "a", "data": "b"}""")]
    public void A_file_that_is_no_object_of_settings_is_refused(string text)
    {
        using var file = new SettingsFile(text);

        var fault = Assert.Single(Faults(["--config", file.Path], Empty));

        Assert.Equal((SettingFaultKind.UnreadableFile, "config"), (fault.Kind, fault.Setting));
        Assert.Contains(file.Path, fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http-port", "0x50")]
    [InlineData("--http-port", "#50")]
    [InlineData("--http-port", "&h50")]
    [InlineData("--journal-max-batch-bytes", "0x50")]
    public void A_number_is_a_decimal_one(string name, string value) => Assert.EndsWith(
        $", not '{value}' ({name}).", Assert.Single(Faults([name, value], Empty)).Text, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_no_file_of_settings() => Assert.Equal(
        "config names ., which is a folder. Name a file.", Assert.Single(Faults(["--config", "."], Empty)).Text);

    [Theory]
    [InlineData("no-such-file.json")]
    [InlineData("/")]
    public void A_file_that_is_not_there_is_refused(string path) =>
        Assert.Equal(SettingFaultKind.UnreadableFile, Assert.Single(Faults(["--config", path], Empty)).Kind);

    [Theory]
    [InlineData("""{"config": "other.json"}""", SettingFaultKind.Conflict)]
    [InlineData("""{"data": {"folder": "s3cret"}}""", SettingFaultKind.Invalid)]
    [InlineData("""{"data": ["s3cret"]}""", SettingFaultKind.Invalid)]
    [InlineData("""{"write-key": {"shop": "s3cret"}}""", SettingFaultKind.Invalid)]
    [InlineData("""{"write-key": [["s3cret"]]}""", SettingFaultKind.Invalid)]
    [InlineData("""{"data": null}""", SettingFaultKind.NoValue)]
    [InlineData("""{"HTTP-PORT": 1}""", SettingFaultKind.Unknown)]
    public void A_member_of_the_file_that_cannot_be_read_is_refused(string text, object kind)
    {
        using var file = new SettingsFile(text);

        Assert.Equal(kind, Assert.Single(Faults(["--config", file.Path], Empty)).Kind);
    }

    [Theory]
    [InlineData("--demo", "perhaps")]
    [InlineData("--verbose", "2")]
    public void A_flag_is_true_or_false(string name, string value) =>
        Assert.EndsWith(
            $" must be true or false, not '{value}' ({name}).",
            Assert.Single(Faults([$"{name}={value}"], Empty)).Text, StringComparison.Ordinal);

    private static IReadOnlyList<SettingFault> Faults(string[] arguments, Hashtable environment)
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(arguments, environment));
        Assert.All(error.Faults, static fault => Assert.DoesNotContain('\n', fault.Text));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        return error.Faults;
    }
}
