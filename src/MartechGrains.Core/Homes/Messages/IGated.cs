namespace MartechGrains.Core.Homes.Messages;

/// <summary>An answer of a home that takes messages only while its gate is open.</summary>
public interface IGated
{
    /// <summary>Whether the home took the message.</summary>
    Gate Gate { get; }
}
