using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using MartechGrains.Core.Features;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Server.Activation;
using Xunit;
using Feature = MartechGrains.Protocol.Activation.V1.Feature;

namespace MartechGrains.Server.Tests.Activation;

public sealed class ProfileMaskTests
{
    /// <summary>Every field of a profile that can be asked for, and every feature, in the proto's spelling.</summary>
    public static TheoryData<string> Paths =>
    [
        .. Profile.Descriptor.Fields.InDeclarationOrder().Select(static one => one.Name),
        .. FeatureCatalog.Current.Features.Select(static feature => $"features.{feature.Id}").Distinct(),
        "traits.group_id", "traits.plan", "consents.marketing_email", "consents.marketing.email",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_gives_the_same_in_each_spelling(string path)
    {
        var camel = CamelOf(path);
        var wanted = Read(path).Apply(Whole());

        Assert.NotEqual(new Profile(), wanted);
        // The last is what a client makes of the camel form: it cannot know where digits had an underscore.
        foreach (var spelling in new[] { camel, SnakeOf(camel) })
            Assert.Equal(wanted, Read(spelling).Apply(Whole()));
    }

    [Fact]
    public void Names_in_maps_are_found_in_each_spelling()
    {
        var whole = new Profile { Traits = { ["groupId"] = Value.ForString("g"), ["plan"] = Value.ForString("p") } };

        foreach (var path in new[] { "traits.groupId", "traits.group_id" })
            Assert.Equal(["groupId"], Read(path).Apply(whole).Traits.Keys);
        Assert.Empty(Read("traits.group").Apply(whole).Traits);
    }

    [Fact]
    public void Paths_add_up_and_a_whole_map_holds_its_parts()
    {
        var part = Read("traits.plan", "traits", "features.units", "profile_id", "profileId").Apply(Whole());

        Assert.Equal((2, 1, "id"), (part.Traits.Count, part.Features.Count, part.ProfileId));
        Assert.Empty(part.Identifiers);
    }

    [Theory]
    [InlineData("profil_id")]
    [InlineData("features.purchase_cont")]
    [InlineData("features.purchaseCont")]
    [InlineData("anchor.namespace")]
    [InlineData("version.seq")]
    [InlineData("feature.units")]
    public void A_misspelt_path_is_refused_and_named(string path)
    {
        var refused = ProfileMask.Read(new FieldMask { Paths = { "profile_id", path } }, out _);

        Assert.Equal("UNKNOWN_FIELD_PATH", refused!.GetDetail<ErrorInfo>()!.Reason);
        var violation = Assert.Single(refused.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal("read_mask.paths[1]", violation.Field);
        Assert.StartsWith($"{path} ", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("")]
    [InlineData("x y")]
    public void What_is_no_name_at_all_is_refused_by_its_place_alone(string path)
    {
        var refused = ProfileMask.Read(new FieldMask { Paths = { path } }, out _);

        var violation = Assert.Single(refused!.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal("read_mask.paths[0]", violation.Field);
        if (path.Length > 0) Assert.DoesNotContain(path, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_and_a_star_ask_for_everything()
    {
        foreach (var mask in new[] { null, new FieldMask(), new FieldMask { Paths = { "version", "*" } } })
        {
            Assert.Null(ProfileMask.Read(mask, out var read));
            Assert.True(read.IsWhole && read.AsksForIdentifiers);
        }
        Assert.False(Read("version").AsksForIdentifiers);
        Assert.True(Read("Identifiers").AsksForIdentifiers);
    }

    private static ProfileMask Read(params string[] paths)
    {
        Assert.Null(ProfileMask.Read(new FieldMask { Paths = { paths } }, out var mask));
        return mask;
    }

    private static Profile Whole()
    {
        var whole = new Profile
        {
            ProfileId = "id",
            Identifiers = { new Protocol.Types.V1.Identifier { Namespace = "n", Value = "v" } },
            Anchor = new Protocol.Types.V1.Identifier { Namespace = "n", Value = "v" },
            Traits = { ["group_id"] = Value.ForString("g"), ["plan"] = Value.ForString("p") },
            Consents = { ["marketing_email"] = new Consent(), ["marketing.email"] = new Consent() },
            EvaluatedAt = new Timestamp { Seconds = 1 },
            Version = new ProfileVersion { Seq = 1 },
        };
        foreach (var feature in FeatureCatalog.Current.Features) whole.Features[feature.Id] = new Feature();
        return whole;
    }

    private static string CamelOf(string path) => string.Concat(path.Split('_').Select(static (word, i) =>
        i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static string SnakeOf(string path) => string.Concat(path.Select(static letter =>
        char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
