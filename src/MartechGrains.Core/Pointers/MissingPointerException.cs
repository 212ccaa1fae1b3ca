using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// Somebody goes on with what a pointer's row said, and the activation has read none: it is a stale one.
/// </summary>
public sealed class MissingPointerException : Exception
{
    /// <summary>Names the identifier.</summary>
    public MissingPointerException(IdentifierKey key)
        : base($"Identifier {key} has no row.")
    {
    }
}
