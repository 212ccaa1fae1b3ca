namespace MartechGrains.Grains.Registry;

/// <summary>What became of a definition that a server wants to work under.</summary>
public enum AdoptOutcome
{
    /// <summary>It is in force from now on.</summary>
    Adopted = 0,

    /// <summary>It is in force already, with the same content.</summary>
    Unchanged = 1,

    /// <summary>A newer version is in force: a server with this one must not start.</summary>
    OlderVersion = 2,

    /// <summary>
    /// The same version is in force with other content: a server with this one must not start. A changed definition
    /// needs a larger version.
    /// </summary>
    SameVersionOtherContent = 3,
}

/// <summary>The version of a definition that a deployment works under.</summary>
/// <param name="Version">Its version, at least 1.</param>
/// <param name="Digest">SHA-256 of its text, as lower-case hexadecimal digits.</param>
/// <param name="Since">When it was adopted, in milliseconds since 1970 UTC.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.registry.definitionInForce")]
public sealed record DefinitionInForce(
    [property: Id(0)] int Version, [property: Id(1)] string Digest, [property: Id(2)] long Since)
{
    /// <summary>Judges a definition against the one in force, if any.</summary>
    public static AdoptOutcome Judge(DefinitionInForce? inForce, int version, string digest) => inForce switch
    {
        null => AdoptOutcome.Adopted,
        _ when version > inForce.Version => AdoptOutcome.Adopted,
        _ when version < inForce.Version => AdoptOutcome.OlderVersion,
        _ when digest == inForce.Digest => AdoptOutcome.Unchanged,
        _ => AdoptOutcome.SameVersionOtherContent,
    };
}
