using MartechGrains.Core.Identity;

namespace MartechGrains.Grains;

/// <summary>
/// A grain's memory and its row on disk may differ: it has left, and the next call meets a fresh activation. What was
/// asked may or may not have happened; asking again is safe.
/// </summary>
[GenerateSerializer]
[Alias("martechgrains.reload")]
public sealed class GrainReloadException : Exception
{
    /// <summary>Names the grain by key.</summary>
    public GrainReloadException(string message) : base(message)
    {
    }

    internal static GrainReloadException Home(HomeId home, string cause) => new($"Home {home} reloads: {cause}.");
}

/// <summary>More is waiting for one grain than it keeps; nothing was done. Try again later.</summary>
[GenerateSerializer]
[Alias("martechgrains.overloaded")]
public sealed class GrainOverloadedException : Exception
{
    /// <summary>Names the grain by key.</summary>
    public GrainOverloadedException(string message) : base(message)
    {
    }
}

/// <summary>A value has as many operators' decisions as it may have, those undone included; nothing was done.</summary>
[GenerateSerializer]
[Alias("martechgrains.tooManyDecisions")]
public sealed class TooManyDecisionsException : Exception
{
    /// <summary>Names the number.</summary>
    public TooManyDecisionsException(int count)
        : base($"The value has {count} decisions, which is as many as it may have.")
    {
    }
}

/// <summary>
/// The silo holds no lease, so its grains answer nothing: others may have taken them over. Nothing can be concluded for
/// what was asked; asking again, elsewhere or later, is safe.
/// </summary>
[GenerateSerializer]
[Alias("martechgrains.lease")]
public sealed class GrainLeaseException : Exception
{
    /// <summary>Says so.</summary>
    public GrainLeaseException()
        : base("This node has lost its lease of the store and answers nothing. Try again.")
    {
    }
}
