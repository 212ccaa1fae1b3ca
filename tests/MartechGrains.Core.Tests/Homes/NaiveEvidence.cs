using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>What traits and consent must come to, by going through all events and sorting what they say.</summary>
internal static class NaiveEvidence
{
    /// <summary>The surviving traits of a profile, in the words of <see cref="StatedWorld.Traits"/>.</summary>
    public static IEnumerable<string> Traits(
        ResolvedProfile profile, ResolvedPartition resolution, IdentityPolicy policy,
        IEnumerable<CanonicalEvent> events)
    {
        var declarations =
            from one in events
            where Attribution.Owner(one.Identifiers, resolution, policy) == profile
            from trait in one.Traits
            group (one, trait.Json) by trait.Name into named
            orderby named.Key
            select (named.Key, Best: named
                .OrderBy(said => policy.Survivorship.RuleOf(named.Key) == SurvivorshipRule.Newest
                    ? 0 : (int)policy.Survivorship.TierOf(said.one.Source))
                .ThenByDescending(static said => said.one.EventTime)
                .ThenByDescending(static said => said.one.Source, StringComparer.Ordinal)
                .ThenByDescending(static said => said.one.EventId, StringComparer.Ordinal)
                .First());
        return declarations.Where(static trait => trait.Best.Json != "null").Select(trait =>
            $"{trait.Key}={trait.Best.Json} of {trait.Best.one.Origin} "
            + $"as {policy.Survivorship.TierOf(trait.Best.one.Source)}");
    }

    /// <summary>The consent of a profile, in the words of <see cref="StatedWorld.Consents"/>.</summary>
    public static IEnumerable<string> Consents(
        ResolvedProfile profile, ResolvedPartition resolution, IdentityPolicy policy,
        IEnumerable<CanonicalEvent> events)
    {
        return
            from one in events
            from stated in one.Consents
            where stated.IsGranted ? Grants(one) : Denies(one)
            group (stated.IsGranted, one) by stated.Purpose into purpose
            orderby purpose.Key
            let deciding = purpose
                .OrderByDescending(static said => said.one.EventTime)
                .ThenBy(static said => said.IsGranted)
                .ThenByDescending(static said => said.one.Source, StringComparer.Ordinal)
                .ThenByDescending(static said => said.one.EventId, StringComparer.Ordinal)
                .First()
            select $"{purpose.Key}={deciding.IsGranted} by {deciding.one.Origin}";

        bool Grants(CanonicalEvent one)
        {
            var named = Named(one);
            return !policy.ExceedsLimit(one.Identifiers.AsSpan())
                && named.All(profile.Identifiers.Contains) && named.Any(resolution.IsLinkable);
        }

        bool Denies(CanonicalEvent one)
        {
            var named = Named(one);
            var personal = named.Where(identifier => !resolution.Generic.Contains(identifier)).ToArray();
            return personal.Length > 0
                ? personal.Any(profile.Identifiers.Contains)
                : named.Length == 1 && !policy.ExceedsLimit(one.Identifiers.AsSpan())
                    && profile.Identifiers.Contains(named[0]);
        }

        Identifier[] Named(CanonicalEvent one) =>
            [.. one.Identifiers.Where(identifier => !resolution.Decisions.IsBlocked(identifier, policy))];
    }
}
