using MartechGrains.Core.Homes.State;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>A home's state at one row, on its way to or from its stored form.</summary>
/// <param name="state">The state; changed by nobody while the snapshot is in use.</param>
public sealed class HomeSnapshot(HomeState state)
{
    /// <summary>The state.</summary>
    public HomeState State { get; } = state;
}
