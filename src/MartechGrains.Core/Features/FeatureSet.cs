using System.Collections.Immutable;

namespace MartechGrains.Core.Features;

/// <summary>A versioned list of features that are evaluated together.</summary>
/// <param name="Version">Version of the list.</param>
/// <param name="Features">The features, sorted by id.</param>
public sealed record FeatureSet(int Version, ImmutableArray<FeatureDefinition> Features)
{
    /// <summary>The feature with an id, or null.</summary>
    public FeatureDefinition? Find(string id)
    {
        foreach (var feature in Features)
        {
            if (string.Equals(feature.Id, id, StringComparison.Ordinal))
                return feature;
        }

        return null;
    }
}
