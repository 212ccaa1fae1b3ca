using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// The durable row of one identifier. It changes by compare and set on <paramref name="Version"/> only.
/// </summary>
/// <param name="Identifier">The identifier's key.</param>
/// <param name="Version">1 at first insert, then one more with each change.</param>
/// <param name="Home">The home it points at.</param>
/// <param name="Flags">What readers of many pointers need without decoding <paramref name="State"/>.</param>
/// <param name="State">The IdentifierGrain's own encoded state.</param>
public sealed record PointerRow(
    IdentifierKey Identifier, int Version, HomeId Home, PointerFlags Flags, ReadOnlyMemory<byte> State);

/// <summary>Facts about an identifier that routing and lookups need.</summary>
[Flags]
public enum PointerFlags : byte
{
    /// <summary>Linkable, nothing under way.</summary>
    None = 0,

    /// <summary>The value links nothing.</summary>
    Inert = 1,

    /// <summary>Homes remain to be told or united.</summary>
    Unsettled = 2,
}
