using System.Collections;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

public sealed class SettingsTextTests
{
    [Fact]
    public void The_table_of_the_readme_is_the_one_that_is_generated()
    {
        var table = SettingsText.Table(ServerOptions.Catalogue);

        Assert.True(
            Readme().Contains($"\n\n{table}\n", StringComparison.Ordinal), $"Put this into README.md:\n\n{table}");
    }

    [Fact]
    public void The_help_names_every_setting_with_its_default()
    {
        var help = ServerSettings.Help;
        var unwrapped = string.Join(' ', help.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

        foreach (var setting in ServerOptions.Catalogue.All)
        {
            Assert.Contains($"\n  --{setting.Name} ", help, StringComparison.Ordinal);
            Assert.Contains(setting.Default, unwrapped, StringComparison.Ordinal);
        }
        Assert.All(help.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Each_setting_says_what_it_is_for() => Assert.All(
        ServerOptions.Catalogue.All,
        static setting => Assert.True(
            setting.Meaning.Length > 0 && (setting.IsFlag || setting is { ValueName: not "", Default: not "" }),
            setting.Name));

    [Fact]
    public void The_values_in_force_are_shown_with_secrets_masked()
    {
        var options = ServerSettings.Read(
            [
                "--postgres", "Host=db;Password=s3cret", "--write-key", "shop=s3cret", "--write-key", "shop=s3cret2",
                "--http-port", "8080", "--journal-max-batch-rows", "7",
            ],
            new Hashtable());

        Assert.Equal(
            [
                "data = data",
                "postgres = ****",
                "max-clock-offset = 00:00:30",
                "http-port = 8080",
                "grpc-port = 5081",
                "silo-port = (not set: any free)",
                "listen = 127.0.0.1",
                "write-key = shop=****, shop=****",
                "operator-key = (not set)",
                "cors-origin = (not set: any)",
                "allowed-host = (not set: none on a loopback address, else any)",
                "trusted-proxy = (not set)",
                "default-currency = USD",
                "client-clock = (not set)",
                "identity-policy = (not set: the one that is shipped)",
                "journal-max-batch-rows = 7",
            ],
            options.Describe());
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_set_the_demo_key_and_the_embedded_store_are_shown()
    {
        var lines = ServerSettings.Read([], new Hashtable()).Describe().ToArray();

        Assert.Contains("write-key = demo=****", lines);
        Assert.Contains("postgres = (not set: embedded store)", lines);
    }

    [Fact]
    public void The_help_tells_how_else_settings_are_given_and_what_the_process_ends_with()
    {
        Assert.All(
            new[] { "-h, --help", "MARTECHGRAINS__CONFIG", "MARTECHGRAINS__WRITE_KEY__0", StartFailure.ExitCodes },
            static part => Assert.Contains(part, ServerSettings.Help, StringComparison.Ordinal));
        Assert.Contains($"\n```\n{StartFailure.ExitCodes}\n```\n", Readme(), StringComparison.Ordinal);
    }

    private static string Readme() => File.ReadAllText(RepositoryFile.Path("README.md"));
}
