namespace MartechGrains.Core.Identity;

/// <summary>
/// The id of a profile: the identifier key of its anchor. It keeps resolving through that identifier.
/// </summary>
/// <param name="Anchor">The anchor's key.</param>
public readonly record struct ProfileId(IdentifierKey Anchor)
{
    /// <summary>32 hexadecimal digits; carries no personal data.</summary>
    public override string ToString() => Anchor.ToString();
}
