using System.Collections.Frozen;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// What the identity policy says of sources and traits: how far each source is believed, and by which rule each trait
/// survives. Immutable and safe to share between threads.
/// </summary>
public sealed class SurvivorshipPolicy
{
    /// <summary>Most sources, and most traits, that one policy names.</summary>
    public const int MaxNames = 1_000;

    /// <summary>Longest name of a source, in characters.</summary>
    public const int MaxSourceLength = 64;

    /// <summary>Longest name of a trait, in characters.</summary>
    public const int MaxTraitLength = 128;

    /// <summary>All sources alike, so that the newest declaration counts.</summary>
    public static readonly SurvivorshipPolicy Default = new(
        ReliabilityTier.Declared, new Dictionary<string, ReliabilityTier>(),
        SurvivorshipRule.Reliable, new Dictionary<string, SurvivorshipRule>());

    private readonly FrozenDictionary<string, ReliabilityTier> _tiers;
    private readonly FrozenDictionary<string, SurvivorshipRule> _rules;

    /// <summary>Creates the policy.</summary>
    /// <param name="unlistedSources">The tier of sources without one of their own.</param>
    /// <param name="tiers">Tiers by source.</param>
    /// <param name="defaultRule">The rule of traits without one of their own.</param>
    /// <param name="rules">Rules by trait.</param>
    /// <exception cref="ArgumentException">
    /// A name is too long or empty, there are more than <see cref="MaxNames"/>, or a tier or rule is none.
    /// </exception>
    public SurvivorshipPolicy(
        ReliabilityTier unlistedSources,
        IReadOnlyDictionary<string, ReliabilityTier> tiers,
        SurvivorshipRule defaultRule,
        IReadOnlyDictionary<string, SurvivorshipRule> rules)
    {
        ArgumentNullException.ThrowIfNull(tiers);
        ArgumentNullException.ThrowIfNull(rules);
        if (tiers.Values.Append(unlistedSources).Any(static tier => !Enum.IsDefined(tier)))
            throw new ArgumentException("A source has no reliability tier.", nameof(tiers));
        if (rules.Values.Append(defaultRule).Any(static rule => !Enum.IsDefined(rule)))
            throw new ArgumentException("A trait has no rule.", nameof(rules));
        Check(tiers.Keys, MaxSourceLength, nameof(tiers));
        Check(rules.Keys, MaxTraitLength, nameof(rules));
        UnlistedSources = unlistedSources;
        DefaultRule = defaultRule;
        _tiers = tiers.ToFrozenDictionary(StringComparer.Ordinal);
        _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The tier of sources without one of their own.</summary>
    public ReliabilityTier UnlistedSources { get; }

    /// <summary>The rule of traits without one of their own.</summary>
    public SurvivorshipRule DefaultRule { get; }

    /// <summary>How far a source is believed.</summary>
    public ReliabilityTier TierOf(string source) => _tiers.GetValueOrDefault(source, UnlistedSources);

    /// <summary>By which rule a trait survives.</summary>
    public SurvivorshipRule RuleOf(string trait) => _rules.GetValueOrDefault(trait, DefaultRule);

    private static void Check(IEnumerable<string> names, int maxLength, string parameter)
    {
        var count = 0;
        foreach (var name in names)
        {
            if (name.Length is 0 || name.Length > maxLength || ++count > MaxNames)
            {
                throw new ArgumentException(
                    $"Give at most {MaxNames} names of 1 to {maxLength} characters.", parameter);
            }
        }
    }
}
