using System.Collections;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

public sealed class OperatorKeySettingTests
{
    [Fact]
    public void Several_keys_are_in_force_so_that_they_can_be_rotated() => Assert.Equal(
        ["old", "new"],
        ServerSettings.Read(["--operator-key", "old", "--operator-key", "new"], new Hashtable()).Access.OperatorKeys);

    [Fact]
    public void A_key_that_could_never_be_sent_is_refused_without_the_key() =>
        AssertRefused("no colon", "--operator-key=s3cret:1", "--operator-key=good");

    [Fact]
    public void Each_key_that_is_wrong_has_a_line_that_names_its_position()
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(
            ["--operator-key=s3cret:1", "--operator-key=good", "--operator-key=s3cret:2", "--operator-key=demo"],
            new Hashtable()));

        Assert.Equal(
            [
                "Item 1 of operator-key must have 1 to 256 characters and no colon (--operator-key).",
                "Item 3 of operator-key must have 1 to 256 characters and no colon (--operator-key).",
                "Item 4 of operator-key must be another key than the write-key of the source 'demo' (--operator-key).",
            ],
            error.Faults.Select(static fault => fault.Text));
    }

    [Fact]
    public void A_key_that_is_too_long_is_refused() =>
        AssertRefused("1 to 256", $"--operator-key=s3cret{new string('k', 256)}");

    [Fact]
    public void A_producer_is_no_operator() =>
        AssertRefused("'shop'", "--write-key=shop=s3cret", "--operator-key=s3cret");

    [Fact]
    public void Nor_is_one_who_uses_the_key_that_works_where_none_is_set() =>
        AssertRefused("'demo'", "--operator-key=demo");

    [Fact]
    public void More_keys_than_there_may_be_are_refused()
    {
        var keys = Enumerable.Range(0, 17).Select(static key => $"--operator-key=k{key}").ToArray();

        AssertRefused("at most 16", keys);
        Assert.Equal(16, ServerSettings.Read(keys[1..], new Hashtable()).Access.OperatorKeys.Count);
    }

    [Fact]
    public void The_keys_are_not_shown() => Assert.DoesNotContain(
        ServerSettings.Read(["--operator-key=s3cret"], new Hashtable()).Describe(),
        static line => line.Contains("s3cret", StringComparison.Ordinal));

    private static void AssertRefused(string because, params string[] arguments)
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(arguments, new Hashtable()));

        var fault = Assert.Single(error.Faults);
        Assert.Equal((SettingFaultKind.Invalid, "operator-key"), (fault.Kind, fault.Setting));
        Assert.Contains(because, fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }
}
