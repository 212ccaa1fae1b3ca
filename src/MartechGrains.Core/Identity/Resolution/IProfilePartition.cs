namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Which identifiers are one person: resolved once and for all (<see cref="ResolvedPartition"/>), or kept as evidence
/// comes.
/// </summary>
public interface IProfilePartition
{
    /// <summary>The profile of an identifier; null where it is blocked or not in the evidence.</summary>
    ResolvedProfile? Find(Identifier identifier);

    /// <summary>Whether an identifier of the evidence may link: neither blocked, generic nor unconfirmed.</summary>
    bool IsLinkable(Identifier identifier);

    /// <summary>
    /// Whether the identifier is the lower-ranking end of a refused pair: it may change hands, so it anchors a profile
    /// only where nothing else can, and an old profile id made from it may name another person by now.
    /// </summary>
    bool IsContested(Identifier identifier);

    /// <summary>Whether an identifier of the evidence is generic.</summary>
    bool IsGeneric(Identifier identifier);

    /// <summary>The decisions in force.</summary>
    IdentityDecisions Decisions { get; }
}
