using System.Collections.Immutable;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Registry;

/// <summary>One registered source. Its key is that of <see cref="RegistryKeys.OfSource"/>.</summary>
[Alias("martechgrains.registry.sources")]
[GrainInterfaceType("martechgrains.registry.sources")]
public interface ISourceRegistryGrain : IGrainWithStringKey
{
    /// <summary>Registers the source at a server's start; answers when it is on disk.</summary>
    /// <param name="writeKeyHashes">SHA-256 of each of its write keys, as lower-case hexadecimal digits.</param>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Gives up waiting; the source may still be registered.</param>
    /// <returns>The source as it stands.</returns>
    /// <exception cref="ArgumentException">Too many write keys.</exception>
    [Alias("register")]
    ValueTask<SourceRecord> Register(
        ImmutableArray<string> writeKeyHashes, IngestTime now, CancellationToken cancellationToken = default);

    /// <summary>The source, or null if none of this name was registered.</summary>
    [Alias("find")]
    ValueTask<SourceRecord?> Find(CancellationToken cancellationToken = default);
}
