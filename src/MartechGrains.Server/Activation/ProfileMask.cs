using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Activation;

/// <summary>
/// Applies a read mask: fields of Profile, and single traits, features and consents by name (AIP-157, with map keys).
/// </summary>
internal static class ProfileMask
{
    /// <summary>Most paths of one mask.</summary>
    public const int MaxPaths = 256;

    private static readonly string[] Fields =
        ["profile_id", "identifiers", "anchor", "traits", "features", "evaluated_at", "version", "consents"];

    /// <summary>Whether the mask asks for everything.</summary>
    public static bool IsWhole(FieldMask? mask) => mask is null || mask.Paths.Count == 0 || mask.Paths.Contains("*");

    /// <summary>Whether a checked mask that does not ask for everything asks for identifiers.</summary>
    public static bool AsksForIdentifiers(FieldMask mask) => mask.Paths.Contains("identifiers");

    /// <summary>What is wrong with a mask, if anything.</summary>
    public static Google.Rpc.Status? Check(FieldMask? mask)
    {
        if (IsWhole(mask)) return null;
        if (mask!.Paths.Count > MaxPaths)
            return Failures.BadField(
                ErrorReason.InvalidField, "read_mask",
                    $"a mask has at most {MaxPaths} paths; leave it out for everything");
        foreach (var path in mask.Paths)
        {
            var (field, name) = Split(path);
            if (!Fields.Contains(field, StringComparer.Ordinal)
                || (name is not null && field is not ("traits" or "features" or "consents")))
                return Failures.BadField(
                    ErrorReason.UnknownFieldPath, "read_mask.paths",
                    $"paths are {string.Join(", ", Fields)}, traits.NAME, features.ID and consents.PURPOSE");
        }
        return null;
    }

    /// <summary>The part of the profile that a checked mask asks for.</summary>
    public static Profile Apply(Profile whole, FieldMask mask)
    {
        var part = new Profile();
        foreach (var path in mask.Paths)
        {
            var (field, name) = Split(path);
            switch (field)
            {
                case "profile_id":
                    part.ProfileId = whole.ProfileId;
                    break;
                case "identifiers":
                    part.Identifiers.Clear();
                    part.Identifiers.Add(whole.Identifiers);
                    break;
                case "anchor":
                    part.Anchor = whole.Anchor;
                    break;
                case "evaluated_at":
                    part.EvaluatedAt = whole.EvaluatedAt;
                    break;
                case "version":
                    part.Version = whole.Version;
                    break;
                case "traits":
                    Copy(whole.Traits, part.Traits, name);
                    break;
                case "consents":
                    Copy(whole.Consents, part.Consents, name);
                    break;
                default:
                    Copy(whole.Features, part.Features, name);
                    break;
            }
        }
        return part;
    }

    private static (string Field, string? Name) Split(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (path, null) : (path[..dot], path[(dot + 1)..]);
    }

    private static void Copy<T>(IDictionary<string, T> from, IDictionary<string, T> to, string? name)
    {
        if (name is not null)
        {
            if (from.TryGetValue(name, out var one)) to[name] = one;
            return;
        }
        foreach (var (key, value) in from) to[key] = value;
    }
}
