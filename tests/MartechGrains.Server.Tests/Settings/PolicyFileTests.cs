using System.Collections;
using MartechGrains.Definitions;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Xunit;

namespace MartechGrains.Server.Tests.Settings;

/// <summary>The identity policy's file is read along with the settings, so that all faults come together.</summary>
public sealed class PolicyFileTests
{
    private static readonly Hashtable Empty = [];

    [Fact]
    public void What_stands_in_it_is_read_with_the_settings()
    {
        using var file = new SettingsFile(DefaultPolicy.ReadYaml());

        var policy = ServerSettings.Read(["--identity-policy", file.Path], Empty).Policy;

        Assert.Equal(DefaultPolicy.ReadYaml(), policy.Given!.Yaml);
        Assert.Equal(DefaultPolicy.Load().Version, policy.Given.Version);
        Assert.Null(ServerSettings.Read([], Empty).Policy.Given);
    }

    [Fact]
    public void All_that_is_wrong_in_it_is_told_with_its_line_beside_what_is_wrong_with_other_settings()
    {
        using var file = new SettingsFile("kind: identity_policy\nmaxIdentifiers: 1\nnonsense: 2\nnamespaces: []\n");

        var faults = Faults(["--identity-policy", file.Path, "--http-port", "many", "--write-kye", "x=y"]);

        Assert.Contains(faults, static fault => fault.Setting == "http-port");
        Assert.Contains(faults, static fault => fault.Kind == SettingFaultKind.Unknown);
        var texts = faults.Where(static fault => fault.Setting == "identity-policy")
            .Select(static fault => fault.Text).ToArray();
        Assert.True(texts.Length >= 3, string.Join('\n', texts));
        Assert.All(texts, text => Assert.StartsWith(
            $"identity-policy (--identity-policy) is wrong: {file.Path}(", text, StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains($"{file.Path}(3,", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_faults_name_the_place_that_it_was_given_in() => Assert.StartsWith(
        "identity-policy (MARTECHGRAINS__IDENTITY_POLICY) names ",
        Assert.Single(Assert.Throws<SettingsException>(() => ServerSettings.Read(
            [], new Hashtable { ["MARTECHGRAINS__IDENTITY_POLICY"] = "no-such-file.yaml" })).Faults).Text,
        StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_no_policy() => Assert.Equal(
        "identity-policy (--identity-policy) names ., which is a folder. Name a file.",
        Assert.Single(Faults(["--identity-policy", "."])).Text);

    [Fact]
    public void One_that_is_too_long_is_not_read_to_its_end()
    {
        using var file = new SettingsFile(new string('#', 64 * 1024 + 1));

        var fault = Assert.Single(Faults(["--identity-policy", file.Path]));

        Assert.Equal(SettingFaultKind.Invalid, fault.Kind);
        Assert.EndsWith(
            "has more than 65536 characters. Shorten it.", fault.Text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<SettingFault> Faults(string[] arguments) =>
        Assert.Throws<SettingsException>(() => ServerSettings.Read(arguments, Empty)).Faults;
}
