namespace MartechGrains.Core.Features;

/// <summary>A name that is no feature of the catalogue.</summary>
public sealed class UnknownFeatureException : Exception
{
    /// <summary>Names the feature and the remedy.</summary>
    public UnknownFeatureException(string name)
        : base($"feature: '{name}' is not in the catalogue; ask for id[.parameter][@version], such as "
            + "purchase_count, event_count.order_completed.web, revenue.EUR or lifecycle@1") => Name = name;

    /// <summary>The name asked for.</summary>
    public string Name { get; }
}
