namespace MartechGrains.Grains.Registry;

/// <summary>
/// Keeps the servers of a deployment, and those of yesterday and today, under one version of a definition. Its key is
/// <see cref="RegistryKeys.IdentityPolicy"/>.
/// </summary>
[Alias("martechgrains.registry.definition")]
public interface IDefinitionInForceGrain : IGrainWithStringKey
{
    /// <summary>Puts a definition in force where it is the first or a newer one; answers when it is on disk.</summary>
    /// <param name="version">Its version, at least 1.</param>
    /// <param name="digest">SHA-256 of its text, as lower-case hexadecimal digits.</param>
    /// <param name="now">The present, in milliseconds since 1970 UTC.</param>
    [Alias("adopt")]
    ValueTask<AdoptOutcome> Adopt(int version, string digest, long now);

    /// <summary>The definition in force, or null.</summary>
    [Alias("find")]
    ValueTask<DefinitionInForce?> Find();
}
