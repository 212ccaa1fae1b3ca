using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Routing;

/// <summary>
/// A routine did not come to an end within its bound. Nothing is lost: the producer keeps the event and tries again.
/// </summary>
public sealed class ProtocolLivelockException : Exception
{
    /// <summary>Names the home and the bound.</summary>
    public ProtocolLivelockException(HomeId home, int rounds)
        : base($"Home {home} was not at rest after {rounds} rounds.")
    {
    }
}
