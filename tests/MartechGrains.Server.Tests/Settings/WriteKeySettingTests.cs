using System.Collections;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

public sealed class WriteKeySettingTests
{
    private static readonly string[] TwoKeys = ["new", "old"];

    [Fact]
    public void A_source_may_have_several_keys_from_each_place_so_that_they_can_be_rotated()
    {
        using var file = new SettingsFile("""{"write-key": ["shop=old", "shop=new"]}""");

        Assert.Equal(TwoKeys, KeysOfShop(ServerSettings.Read(
            ["--write-key", "shop=old", "--write-key=shop=new"], new Hashtable())));
        Assert.Equal(TwoKeys, KeysOfShop(ServerSettings.Read(["--config", file.Path], new Hashtable())));
        Assert.Equal(TwoKeys, KeysOfShop(ServerSettings.Read(
            [], new Hashtable { ["MARTECHGRAINS__WRITE_KEY"] = "shop=old, shop=new" })));
        Assert.Equal(TwoKeys, KeysOfShop(ServerSettings.Read([], new Hashtable
        {
            ["MARTECHGRAINS__WRITE_KEY__0"] = "shop=old",
            ["MARTECHGRAINS__WRITE_KEY__1"] = "shop=new",
        })));
    }

    [Fact]
    public void A_key_that_a_later_place_leaves_out_is_out_of_force()
    {
        using var file = new SettingsFile("""{"write-key": ["shop=old", "pos=p"]}""");

        var options = ServerSettings.Read(["--config", file.Path, "--write-key", "shop=new"], new Hashtable());

        Assert.Equal("new", Assert.Single(options.Access.SourcesByKey).Key);
    }

    [Fact]
    public void Two_sources_with_one_key_are_refused_without_the_key()
    {
        var error = Assert.Throws<SettingsException>(
            () => ServerSettings.Read(["--write-key", "shop=s3cret", "--write-key", "pos=s3cret"], new Hashtable()));

        var fault = Assert.Single(error.Faults);
        Assert.Equal((SettingFaultKind.Invalid, "write-key"), (fault.Kind, fault.Setting));
        Assert.Contains("'shop' and 'pos'", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3cret")]
    [InlineData("=s3cret")]
    [InlineData("shop=")]
    [InlineData(" =s3cret")]
    [InlineData("shop=s3cret:1")]
    [InlineData("sh\nop=s3cret")]
    public void A_key_that_could_never_be_sent_is_refused_without_the_key(string text)
    {
        var error = Assert.Throws<SettingsException>(
            () => ServerSettings.Read(["--write-key", text, "--write-key", "pos=p"], new Hashtable()));

        Assert.Equal("write-key", Assert.Single(error.Faults).Setting);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_or_a_source_that_is_too_long_is_refused()
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(
            ["--write-key", $"shop={new string('k', 257)}", "--write-key", $"{new string('s', 10_000)}=k"],
            new Hashtable()));

        Assert.Equal(2, error.Faults.Count);
        Assert.DoesNotContain("kkk", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_item_that_is_wrong_has_a_line_that_names_its_position()
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(
            ["--write-key", "s3cret", "--write-key", "pos=p", "--write-key", "=s3cret", "--write-key", "shop=s3cret:1"],
            new Hashtable()));

        Assert.Equal(
            [
                "Item 1 of write-key must be SOURCE=KEY: the name of the source, then its key (--write-key).",
                "Item 3 of write-key must be SOURCE=KEY: the name of the source, then its key (--write-key).",
                "Item 4 of write-key (source 'shop') must have a key of at most 256 characters, without a colon "
                    + "(--write-key).",
            ],
            error.Faults.Select(static fault => fault.Text));
    }

    [Fact]
    public void The_items_of_variables_are_counted_in_the_order_of_their_numbers()
    {
        var variables = new Hashtable();
        for (var i = 0; i < 12; i++) variables[$"MARTECHGRAINS__WRITE_KEY__{i}"] = i == 10 ? "s3cret" : $"shop=k{i}";

        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read([], variables));

        Assert.Equal(
            "Item 11 of write-key must be SOURCE=KEY: the name of the source, then its key "
            + "(MARTECHGRAINS__WRITE_KEY__0 …).",
            Assert.Single(error.Faults).Text);
    }

    [Fact]
    public void A_comma_too_many_is_told_as_an_item_that_is_empty()
    {
        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read(
            [], new Hashtable { ["MARTECHGRAINS__WRITE_KEY"] = "shop=s3cret," }));

        Assert.Equal(
            "Item 2 of write-key is empty (MARTECHGRAINS__WRITE_KEY). Take it out, with its comma.",
            Assert.Single(error.Faults).Text);
    }

    [Fact]
    public void More_keys_than_a_source_may_have_are_refused()
    {
        var keys = Enumerable.Range(0, 65).Select(static key => $"--write-key=shop=k{key}");

        var error = Assert.Throws<SettingsException>(() => ServerSettings.Read([.. keys], new Hashtable()));

        Assert.Contains("'shop' more than 64", Assert.Single(error.Faults).Text, StringComparison.Ordinal);
        Assert.Equal(64, ServerSettings.Read([.. keys.Skip(1)], new Hashtable()).Access.SourcesByKey.Count);
    }

    [Fact]
    public void The_demo_key_works_only_where_none_is_set()
    {
        var without = ServerSettings.Read([], new Hashtable()).Access;
        var with = ServerSettings.Read(["--write-key", "shop=k"], new Hashtable()).Access;

        Assert.Equal(("demo", "demo"), (without.SourcesByKey["demo"], without.SourceWithoutKey));
        Assert.False(with.SourcesByKey.ContainsKey("demo"));
        Assert.Null(with.SourceWithoutKey);
    }

    private static IEnumerable<string> KeysOfShop(ServerOptions options) => options.Access.SourcesByKey
        .Where(static pair => pair.Value == "shop").Select(static pair => pair.Key).Order(StringComparer.Ordinal);
}
