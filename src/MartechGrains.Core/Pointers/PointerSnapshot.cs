namespace MartechGrains.Core.Pointers;

/// <summary>A pointer's state as its row stores it, on its way to or from the store.</summary>
/// <param name="state">The state.</param>
public sealed class PointerSnapshot(PointerState state)
{
    /// <summary>The state.</summary>
    public PointerState State { get; } = state;
}
