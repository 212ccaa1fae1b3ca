using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Features;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using Consent = MartechGrains.Protocol.Activation.V1.Consent;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace MartechGrains.Server.Activation;

/// <summary>Profiles as the protos give them.</summary>
internal static class ProfileMessages
{
    private const long MaxExactDouble = 1L << 53;

    /// <summary>A profile with some values of features; when they were evaluated, the caller adds.</summary>
    public static Profile Of(LiveView view, IReadOnlyList<FeatureValue> values)
    {
        var profile = new Profile
        {
            ProfileId = view.Profile.Id.ToString(),
            Anchor = Of(view.Profile.Resolved.Anchor),
            Version = new ProfileVersion { Home = view.Home.Home.ToString(), Seq = view.Home.Seq },
        };
        foreach (var identifier in view.Profile.Resolved.Identifiers) profile.Identifiers.Add(Of(identifier));
        foreach (var (name, trait) in view.Profile.Traits) profile.Traits.Add(name, TraitValue(trait.Json));
        foreach (var (purpose, consent) in view.Profile.Consents) profile.Consents.Add(purpose, Of(consent));
        FeatureMessages.AddTo(profile.Features, values);
        return profile;
    }

    public static Protocol.Types.V1.Identifier Of(Core.Identity.Identifier identifier) =>
        new() { Namespace = identifier.Namespace, Value = identifier.Value };

    /// <summary>
    /// A trait's JSON as a proto value; a number that a double cannot hold exactly stays a string of digits.
    /// </summary>
    public static Value TraitValue(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of(document.RootElement);
    }

    private static Consent Of(ConsentState consent) => new()
    {
        Choice = consent.IsGranted ? ConsentChoice.Granted : ConsentChoice.Denied,
        StatedBy = new EventReference
        {
            Source = consent.Origin.Source,
            EventId = consent.Origin.EventId,
            EventTime = FeatureMessages.Instant(consent.Origin.EventTime),
        },
    };

    private static Value Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Value.ForString(json.GetString()),
        JsonValueKind.True => Value.ForBool(true),
        JsonValueKind.False => Value.ForBool(false),
        JsonValueKind.Number => OfNumber(json),
        JsonValueKind.Array => Value.ForList([.. json.EnumerateArray().Select(Of)]),
        JsonValueKind.Object => Value.ForStruct(OfObject(json)),
        _ => Value.ForNull(),
    };

    private static Value OfNumber(JsonElement json)
    {
        if (json.TryGetInt64(out var whole))
            return whole is >= -MaxExactDouble and <= MaxExactDouble ? Value.ForNumber(whole)
                : Value.ForString(json.GetRawText());
        return json.TryGetDouble(out var number) && double.IsFinite(number)
            ? Value.ForNumber(number)
            : Value.ForString(json.GetRawText());
    }

    private static Struct OfObject(JsonElement json)
    {
        var members = new Struct();
        foreach (var member in json.EnumerateObject()) members.Fields[member.Name] = Of(member.Value);
        return members;
    }
}
