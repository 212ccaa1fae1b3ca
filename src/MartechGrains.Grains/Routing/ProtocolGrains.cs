using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Pointers;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// References to homes and identifiers. What Orleans would work out from the interface's type for each of them is kept
/// from the first.
/// </summary>
public sealed class ProtocolGrains(IGrainFactory grains)
{
    private readonly GrainReference _home = (GrainReference)grains.GetGrain<IProfileGrain>(Guid.Empty);
    private readonly GrainReference _identifier = (GrainReference)grains.GetGrain<IIdentifierGrain>(Guid.Empty);

    /// <summary>The grain of a home.</summary>
    public IProfileGrain Home(HomeId home) => (IProfileGrain)Another(_home, home.Founder);

    /// <summary>The grain of an identifier.</summary>
    public IIdentifierGrain Identifier(IdentifierKey key) => (IIdentifierGrain)Another(_identifier, key);

    private IAddressable Another(GrainReference kind, IdentifierKey key) => grains.GetGrain(
        GrainId.Create(kind.GrainId.Type, GrainIdKeyExtensions.CreateGuidKey(key.ToGuid())), kind.InterfaceType);
}
