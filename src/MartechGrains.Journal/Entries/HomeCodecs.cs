using MartechGrains.Core.Identity;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Entries;

/// <summary>Makes the codecs of homes' journals, all with one wrapping key. Safe for use by several threads.</summary>
/// <param name="wrapping">Wraps data keys.</param>
/// <param name="random">Nonces and data keys.</param>
public sealed class HomeCodecs(DeploymentKey wrapping, RandomFill random)
{
    /// <summary>A codec that stands before a home's first row.</summary>
    public HomeCodec Of(HomeId home) => new(home, wrapping, random);
}
