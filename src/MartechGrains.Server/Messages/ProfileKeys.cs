using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Normalisation;
using MartechGrains.Grains.Registry;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using CoreIdentifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.Server.Messages;

/// <summary>Whom a request asks for, after normalisation.</summary>
/// <param name="Key">The identifier key to look up by.</param>
/// <param name="ById">
/// Whether the caller gave a profile id: then the answer must be that profile, or say it has moved.
/// </param>
internal readonly record struct RequestedKey(IdentifierKey Key, bool ById);

/// <summary>Reads profile keys of requests, by the identity policy in force.</summary>
internal sealed class ProfileKeys(PolicyCache policies, IdentifierKeyDerivation derivation)
{
    /// <summary>The key, or what is wrong with it.</summary>
    public Google.Rpc.Status? Read(ProfileKey? key, string field, out RequestedKey requested)
    {
        requested = default;
        switch (key?.KeyCase)
        {
            case ProfileKey.KeyOneofCase.ProfileId:
                if (!IdentifierKey.TryParse(key.ProfileId, out var id))
                    return Failures.BadField(
                        ErrorReason.InvalidField, $"{field}.profile_id",
                        "a profile id has 32 hexadecimal digits, as Profile.profile_id gives it");
                requested = new RequestedKey(id, ById: true);
                return null;
            case ProfileKey.KeyOneofCase.Identifier:
                if (Read(key.Identifier, $"{field}.identifier", out var identifier) is { } bad) return bad;
                requested = new RequestedKey(KeyOf(identifier), ById: false);
                return null;
            default:
                return Failures.BadField(ErrorReason.InvalidField, field, "give an identifier or a profile_id");
        }
    }

    /// <summary>The identifier, normalised, or what is wrong with it.</summary>
    public Google.Rpc.Status? Read(
        Protocol.Types.V1.Identifier? identifier, string field, out CoreIdentifier normalised)
    {
        normalised = default;
        if (identifier is null)
            return Failures.BadField(ErrorReason.InvalidField, field, "give an identifier");
        var policy = policies.InForce;
        if (!policy.TryGet(identifier.Namespace, out _))
            return Failures.BadField(
                ErrorReason.UnknownNamespace, $"{field}.namespace",
                $"the identity policy knows {string.Join(", ", policy.Namespaces.Select(static known => known.Name))}");
        return IdentifierNormaliser.Normalise(policy, identifier.Namespace, identifier.Value)
            .TryGet(out normalised, out var error)
            ? null
            : Failures.BadField(
                ErrorReason.InvalidIdentifier, $"{field}.value", $"this is no {error.ValueKind}: {error.Remedy}");
    }

    /// <summary>The key of a normalised identifier.</summary>
    public IdentifierKey KeyOf(CoreIdentifier identifier) => derivation.Derive(identifier);

    /// <summary>
    /// Whether a profile answers to the id it was asked by. It does while that id's identifier is its anchor or came to
    /// it by a merge; a contested identifier may have changed hands, and then the id names nobody.
    /// </summary>
    public static bool AnswersTo(ProfileView profile, HomeView home, RequestedKey requested) =>
        !requested.ById || profile.Id.Anchor == requested.Key
        || !home.Resolution.IsContested(profile.Resolved.Identifiers[profile.Keys.IndexOf(requested.Key)]);
}
