using System.Collections.Frozen;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Features;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;

namespace MartechGrains.Server.Activation;

/// <summary>
/// A read mask: fields of Profile, and single traits, features and consents by name (AIP-157, with map keys). Names are
/// spelled as <see cref="FieldSpelling"/> says, whichever way the mask came.
/// </summary>
internal sealed class ProfileMask
{
    /// <summary>Most paths of one mask.</summary>
    public const int MaxPaths = 256;

    private const string Field = "read_mask.paths";

    private static readonly FrozenDictionary<string, int> Fields = Profile.Descriptor.Fields.InDeclarationOrder()
        .ToFrozenDictionary(static field => field.Name, static field => field.FieldNumber, FieldSpelling.Comparer);

    private static readonly FrozenSet<string> FeatureIds = FeatureCatalog.Current.Features
        .Select(static feature => feature.Id).ToFrozenSet(FieldSpelling.Comparer);

    private static readonly ProfileMask Everything = new();

    private readonly HashSet<int> _fields = [];
    private readonly Dictionary<int, HashSet<string>> _names = [];

    private ProfileMask()
    {
    }

    /// <summary>Whether it asks for everything.</summary>
    public bool IsWhole => ReferenceEquals(this, Everything);

    /// <summary>Whether it asks for identifiers.</summary>
    public bool AsksForIdentifiers => IsWhole || _fields.Contains(Profile.IdentifiersFieldNumber);

    /// <summary>Reads a mask, or tells what is wrong with it.</summary>
    public static Google.Rpc.Status? Read(FieldMask? asked, out ProfileMask mask)
    {
        mask = Everything;
        if (asked is null || asked.Paths.Count == 0 || asked.Paths.Contains("*")) return null;
        if (asked.Paths.Count > MaxPaths)
            return Failures.BadField(
                ErrorReason.InvalidField, "read_mask",
                    $"a mask has at most {MaxPaths} paths; leave it out for everything");
        mask = new ProfileMask();
        for (var i = 0; i < asked.Paths.Count; i++)
        {
            var path = MaskText.Restore(asked.Paths[i]);
            if (mask.Add(path) is { } problem)
                return Failures.BadField(
                    ErrorReason.UnknownFieldPath, $"{Field}[{i}]",
                    FieldSpelling.IsShown(path) ? $"{path} is not there: {problem}" : problem);
        }
        return null;
    }

    /// <summary>The part of the profile that it asks for.</summary>
    public Profile Apply(Profile whole)
    {
        var part = new Profile();
        foreach (var number in _fields)
        {
            var field = Profile.Descriptor.FindFieldByNumber(number);
            if (!field.IsRepeated) field.Accessor.SetValue(part, field.Accessor.GetValue(whole));
        }
        if (_fields.Contains(Profile.IdentifiersFieldNumber)) part.Identifiers.Add(whole.Identifiers);
        Copy(Profile.TraitsFieldNumber, whole.Traits, part.Traits);
        Copy(Profile.FeaturesFieldNumber, whole.Features, part.Features);
        Copy(Profile.ConsentsFieldNumber, whole.Consents, part.Consents);
        return part;
    }

    /// <summary>Adds a path, or tells why there is none such.</summary>
    private string? Add(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (!Fields.TryGetValue(dot < 0 ? path : path[..dot], out var number))
            return $"paths are {string.Join(", ", Profile.Descriptor.Fields.InDeclarationOrder()
                .Select(static field => field.Name))}, traits.NAME, features.ID and consents.PURPOSE";
        if (dot < 0)
        {
            _fields.Add(number);
            return null;
        }
        if (!Profile.Descriptor.FindFieldByNumber(number).IsMap)
            return "only traits, features and consents are named one by one";
        var name = path[(dot + 1)..];
        if (number == Profile.FeaturesFieldNumber && !FeatureIds.Contains(name))
            return $"features are {string.Join(", ", FeatureCatalog.Current.Features
                .Select(static feature => feature.Id).Distinct(StringComparer.Ordinal))}";
        if (!_names.TryGetValue(number, out var names))
            _names.Add(number, names = new HashSet<string>(FieldSpelling.Comparer));
        names.Add(name);
        return null;
    }

    private void Copy<T>(int number, MapField<string, T> from, MapField<string, T> to)
    {
        if (_fields.Contains(number))
        {
            to.Add(from);
            return;
        }
        if (!_names.TryGetValue(number, out var names)) return;
        foreach (var (key, value) in from)
        {
            if (names.Contains(key)) to[key] = value;
        }
    }
}
