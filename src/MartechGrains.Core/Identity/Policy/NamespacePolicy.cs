using PhoneNumbers;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>What the identity policy says of one namespace.</summary>
public sealed record NamespacePolicy
{
    /// <summary>Longest namespace name, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Largest number a priority may have.</summary>
    public const int MaxPriority = 1000;

    /// <summary>Smallest <see cref="GenericAfter"/>: one neighbour is no contradiction.</summary>
    public const int MinGenericAfter = 2;

    /// <summary>
    /// Largest <see cref="GenericAfter"/> of a policy file: a value's pointer keeps that many neighbours of each unique
    /// namespace for every home that carries it.
    /// </summary>
    public const int MaxGenericAfter = 1000;

    /// <summary>Longest <see cref="LimitWindow"/>, in milliseconds: 3,650 days.</summary>
    public const long MaxLimitWindow = 3650L * 24 * 60 * 60 * 1000;

    /// <summary>The name; 1 to <see cref="MaxNameLength"/> characters.</summary>
    public required string Name { get; init; }

    /// <summary>1 is the highest; at most <see cref="MaxPriority"/>. Two namespaces may share one.</summary>
    public required int Priority { get; init; }

    /// <summary>Most values of the namespace in one profile, at least 1; null for no limit.</summary>
    public int? MaxPerProfile { get; init; }

    /// <summary>
    /// Milliseconds of event time within which <see cref="MaxPerProfile"/> holds, 1 to <see cref="MaxLimitWindow"/>;
    /// null for all time. A profile breaks the limit if the first event times of one value more than it may have span
    /// less than this. A value's first event time is the smallest of the evidence that carries it.
    /// </summary>
    public long? LimitWindow { get; init; }

    /// <summary>
    /// A value that has had this many distinct neighbours of one unique namespace links nothing any more; at least
    /// <see cref="MinGenericAfter"/>, null for never.
    /// </summary>
    public int? GenericAfter { get; init; }

    /// <summary>Who keeps a contested value.</summary>
    public ContestedRule Contested { get; init; }

    /// <summary>Values that name nobody.</summary>
    public BlockedValues Blocked { get; init; } = BlockedValues.None;

    /// <summary>How values are spelled.</summary>
    public NormaliserKind Normaliser { get; init; }

    /// <summary>
    /// For phone numbers without a country code: the ISO 3166 code of the country they are of; null refuses them.
    /// </summary>
    public string? DefaultRegion { get; init; }

    /// <summary>How far values can be believed.</summary>
    public ReliabilityTier Reliability { get; init; } = ReliabilityTier.Declared;

    /// <summary>
    /// Whether a profile never has more than one value of the namespace; one at a time, within a window, is not unique.
    /// </summary>
    public bool IsUnique => MaxPerProfile == 1 && LimitWindow is null;

    /// <summary>
    /// Whether <see cref="DefaultRegion"/> may be this: an upper-case ISO 3166 code with a numbering plan.
    /// </summary>
    public static bool IsKnownRegion(string region) =>
        PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(region);

    /// <summary>
    /// The number of neighbours that makes a value generic, with <see cref="ContestedRule.Nobody"/> as 2; null for
    /// never.
    /// </summary>
    public int? GenericThreshold => Contested == ContestedRule.Nobody ? MinGenericAfter : GenericAfter;
}
