using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Grains.Adoption;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Server.Activation;
using Found = MartechGrains.Core.Identity.Comparison;
using PolicyRehearsal = MartechGrains.Protocol.Identity.V1.PolicyRehearsal;

namespace MartechGrains.Server.Identity;

/// <summary>Writes what rehearsing a policy found.</summary>
internal sealed class DryRunMessages(IdentifierKeyDerivation derivation)
{
    /// <summary>Most profiles on each side of an example.</summary>
    public const int MaxProfiles = 10;

    /// <summary>Most identifiers of a profile in an example.</summary>
    public const int MaxIdentifiers = 20;

    public static RehearsalProgress Of(EvidenceProgress progress) => new()
    {
        Pass = progress.Pass,
        HomesRead = progress.Homes,
        EventsRead = progress.Events,
        EvidenceSets = progress.Sets,
        FractionDone = progress.Fraction,
        HomesDamaged = progress.Damaged,
    };

    public PolicyRehearsal Of(int versionInForce, IdentityPolicy candidate, PolicyDryRunResult found)
    {
        var comparison = found.Comparison;
        var message = new PolicyRehearsal
        {
            VersionInForce = versionInForce,
            CandidateVersion = candidate.Version,
            Read = Of(found.Read),
            Counts = Of(comparison.Counts),
            BecomeGeneric = Of(comparison.Values.BecomeGeneric),
            CeaseGeneric = Of(comparison.Values.CeaseGeneric),
            BecomeBlocked = Of(comparison.Values.BecomeBlocked),
            CeaseBlocked = Of(comparison.Values.CeaseBlocked),
            OversizeComponents = comparison.After.Oversize.Length,
        };
        message.Merged.Add(comparison.Merged.Select(Of));
        message.Split.Add(comparison.Split.Select(Of));
        message.Renamed.Add(comparison.Renamed.Select(Of));
        message.LargestComponents.Add(comparison.Largest.Select(static size => new Protocol.Identity.V1.ComponentSize
        {
            First = ProfileMessages.Of(size.First),
            Identifiers = size.Identifiers,
            Profiles = size.Profiles,
        }));
        return message;
    }

    private static Protocol.Identity.V1.ProfileCounts Of(Found.ProfileCounts counts) => new()
    {
        Before = counts.Before,
        After = counts.After,
        Unchanged = counts.Unchanged,
        Merged = counts.Merged,
        Merging = counts.Merging,
        Split = counts.Split,
        Parts = counts.Parts,
        Resized = counts.Resized,
        Vanished = counts.Vanished,
        Appeared = counts.Appeared,
        Renamed = counts.Renamed,
    };

    private static Protocol.Identity.V1.ValueSample Of(Found.ValueSample sample)
    {
        var message = new Protocol.Identity.V1.ValueSample { Count = sample.Count };
        message.Examples.Add(sample.Examples.Select(ProfileMessages.Of));
        return message;
    }

    private ProfileChangeExample Of(ProfileDifference difference)
    {
        var example = new ProfileChangeExample
        {
            BeforeCount = difference.Before.Length,
            AfterCount = difference.After.Length,
        };
        example.Before.Add(Some(difference.Before));
        example.After.Add(Some(difference.After));
        return example;
    }

    private IEnumerable<ExampleProfile> Some(ImmutableArray<ResolvedProfile> profiles) =>
        profiles.Take(MaxProfiles).Select(profile =>
        {
            var example = new ExampleProfile
            {
                ProfileId = derivation.Derive(profile.Anchor).ToString(),
                Anchor = ProfileMessages.Of(profile.Anchor),
                IdentifierCount = profile.Identifiers.Length,
            };
            example.Identifiers.Add(profile.Identifiers.Take(MaxIdentifiers).Select(ProfileMessages.Of));
            return example;
        });
}
