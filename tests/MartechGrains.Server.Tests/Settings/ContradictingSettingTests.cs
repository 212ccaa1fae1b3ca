using System.Collections;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

/// <summary>Settings that cannot hold together, and settings that are given twice.</summary>
public sealed class ContradictingSettingTests
{
    private static readonly Hashtable Empty = [];

    [Fact]
    public void A_first_delay_above_the_longest_is_refused_with_both_and_what_to_do()
    {
        Assert.Equal(
            "journal-first-retry-delay '00:00:05' (--journal-first-retry-delay) is longer than "
            + "journal-max-retry-delay '00:00:01' (default); shorten the one, or lengthen the other.",
            Fault(["--journal-first-retry-delay", "00:00:05"], Empty));
        Assert.Equal(
            "journal-first-retry-delay '00:00:00.02' (default) is longer than journal-max-retry-delay "
            + "'00:00:00.01' (MARTECHGRAINS__JOURNAL_MAX_RETRY_DELAY); shorten the one, or lengthen the other.",
            Fault([], new Hashtable { ["MARTECHGRAINS__JOURNAL_MAX_RETRY_DELAY"] = "00:00:00.01" }));
        ServerSettings.Read(
            ["--journal-first-retry-delay=00:00:05", "--journal-max-retry-delay=00:00:05"], Empty);
    }

    [Theory]
    [InlineData("http-port", "--http-port", "1", "--http-port=2")]
    [InlineData("data", "--data=same", "--data", "same")]
    [InlineData("verbose", "--verbose", "--verbose=false")]
    [InlineData("postgres", "--postgres=Host=a;Password=s3cret", "--postgres=Host=b;Password=s3cret")]
    public void A_setting_that_is_no_list_is_refused_where_the_command_line_has_it_twice(
        string name, params string[] arguments) =>
        Assert.Equal($"{name} is given twice (--{name}). Leave one out.", Fault(arguments, Empty));

    [Fact]
    public void So_it_is_where_two_variables_name_it() => Assert.Equal(
        "http-port is given twice (MARTECHGRAINS__http_port, MARTECHGRAINS__HTTP_PORT). Leave one out.",
        Fault([], new Hashtable { ["MARTECHGRAINS__HTTP_PORT"] = "1", ["MARTECHGRAINS__http_port"] = "2" }));

    private static string Fault(string[] arguments, Hashtable environment)
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(arguments, environment));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        var fault = Assert.Single(error.Faults);
        Assert.Equal(SettingFaultKind.Conflict, fault.Kind);
        return fault.Text;
    }
}
