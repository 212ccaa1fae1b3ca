using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Protocol;

/// <summary>All that a home still has to confirm about one identifier, sent in one message to its pointer.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Namespace">Its namespace: the pointer's grain knows the key alone.</param>
/// <param name="Member">The home must meet the pointer's home.</param>
/// <param name="Carrier">The home must be known as a carrier.</param>
/// <param name="Report">The home's neighbours there, if the pointer has not yet confirmed them.</param>
public sealed record OpenJoin(
    IdentifierKey Identifier, string Namespace, bool Member, bool Carrier, NeighbourReport? Report);
