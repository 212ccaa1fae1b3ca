using MartechGrains.Core.Identity;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Grains.Hosting;

/// <summary>
/// What a host opens before its silo starts, and closes after it has stopped. The silo's services are each given the
/// part that they need.
/// </summary>
/// <param name="Store">The store.</param>
/// <param name="Writer">The silo's one writer.</param>
/// <param name="WrappingKey">Wraps data keys.</param>
/// <param name="Random">Nonces and data keys.</param>
/// <param name="Derivation">Derives identifier keys; the same secret on every silo.</param>
/// <param name="Policies">The versions of the identity policy.</param>
/// <param name="Clock">Refuses events while the clock is off.</param>
/// <param name="Time">The clock.</param>
public sealed record SiloResources(
    IJournalStore Store,
    JournalWriter Writer,
    DeploymentKey WrappingKey,
    RandomFill Random,
    IdentifierKeyDerivation Derivation,
    PolicyCache Policies,
    ClockGate Clock,
    TimeProvider Time);
