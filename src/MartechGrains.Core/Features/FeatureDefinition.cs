namespace MartechGrains.Core.Features;

/// <summary>By what a feature's values are told apart.</summary>
public enum FeatureParameter
{
    /// <summary>One value.</summary>
    None,

    /// <summary>One value per event class and channel: <c>event_count.order_completed.web</c>.</summary>
    ClassAndChannel,

    /// <summary>One value per currency: <c>revenue.EUR</c>.</summary>
    Currency,
}

/// <summary>What a feature is. A definition never changes; another meaning is another version.</summary>
/// <param name="Id">Its name, such as <c>purchase_count</c>.</param>
/// <param name="Version">From 1.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Parameter">By what its values are told apart.</param>
/// <param name="Description">One or two sentences for readers of a catalogue.</param>
/// <param name="Owner">Who answers for it.</param>
public sealed record FeatureDefinition(
    string Id, int Version, FeatureType Type, FeatureParameter Parameter, string Description, string Owner)
{
    /// <summary>Id and version, such as <c>purchase_count@1</c>.</summary>
    public string Key { get; } = FormattableString.Invariant($"{Id}@{Version}");
}
