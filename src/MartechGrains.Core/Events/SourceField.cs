namespace MartechGrains.Core.Events;

/// <summary>One step of field lineage: which source field an output was read from.</summary>
/// <param name="Output">The output, such as <c>fact.amount</c>, <c>trait.plan</c> or <c>identifier.email</c>.</param>
/// <param name="Field">The path in the source payload, such as <c>properties.revenue</c>.</param>
public readonly record struct SourceField(string Output, string Field);
