using MartechGrains.Core.Identity;

namespace MartechGrains.Simulation.Tests.Kernel;

internal enum AddressKind : byte
{
    Identifier,
    Home,
}

/// <summary>The grain that a message goes to.</summary>
internal readonly record struct Address(AddressKind Kind, IdentifierKey Key)
{
    public static Address Of(HomeId home) => new(AddressKind.Home, home.Founder);

    public static Address Of(IdentifierKey key) => new(AddressKind.Identifier, key);
}
