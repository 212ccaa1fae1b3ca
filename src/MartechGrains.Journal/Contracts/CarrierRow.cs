using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>A home that carries a value, where more homes carry it than its pointer's row holds.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Home">The home.</param>
/// <param name="Handled">The epoch it was handled for; <see cref="Completed"/> once it has moved.</param>
/// <param name="State">The IdentifierGrain's own encoded state of it.</param>
public sealed record CarrierRow(IdentifierKey Identifier, HomeId Home, long Handled, ReadOnlyMemory<byte> State)
{
    /// <summary>Larger than every epoch: nothing is ever to be done about the home.</summary>
    public const long Completed = long.MaxValue;
}
