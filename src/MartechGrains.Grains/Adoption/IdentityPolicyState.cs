using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Adoption;

/// <summary>What an <see cref="IdentityPolicyGrain"/> keeps. What it decides makes another state, or none.</summary>
[GenerateSerializer]
[Alias("martechgrains.policy.state")]
public sealed class IdentityPolicyState
{
    /// <summary>Most versions that are kept.</summary>
    public const int MaxVersions = 256;

    /// <summary>All versions, oldest first.</summary>
    [Id(0)]
    public ImmutableArray<PolicyVersion> Versions { get; init; } = [];

    /// <summary>How far the newest has come; null before there is one.</summary>
    [Id(1)]
    public PolicyChange? Change { get; init; }

    private PolicyVersion? Newest => Versions.IsEmpty ? null : Versions[^1];

    /// <summary>
    /// Gives out a version, if it is the first or newer than all others and nothing speaks against it.
    /// </summary>
    /// <param name="proposed">The version.</param>
    /// <param name="now">When.</param>
    public PolicyStep Propose(PolicyVersion proposed, IngestTime now)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        if (OfRequest(proposed.RequestId) is { } earlier)
            return Answer(
                (earlier.Yaml, earlier.WayBackTo) == (proposed.Yaml, proposed.WayBackTo)
                    ? PolicyOutcome.Unchanged : PolicyOutcome.RequestTaken,
                earlier.Version);
        if (Versions.FirstOrDefault(one => one.Version == proposed.Version) is { } same)
            return Answer(
                same.Yaml == proposed.Yaml ? PolicyOutcome.Unchanged : PolicyOutcome.SameVersionOtherContent,
                proposed.Version);
        return Newest is { } newest && proposed.Version < newest.Version
            ? Answer(PolicyOutcome.OlderVersion, newest.Version)
            : Publish(proposed, now);
    }

    /// <summary>Gives out the text of an older version again, as a version of its own.</summary>
    /// <param name="version">The older version; 0 for the one that was in force before the newest.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="requestId">A repeat is told by it, and changes nothing; empty for none.</param>
    /// <param name="now">When.</param>
    public PolicyStep GoBack(int version, string by, string reason, string requestId, IngestTime now)
    {
        if (OfRequest(requestId) is { } earlier)
            return Answer(
                earlier.WayBackTo > 0 && (version == 0 || version == earlier.WayBackTo)
                    ? PolicyOutcome.Unchanged : PolicyOutcome.RequestTaken,
                earlier.Version);
        var asked = version == 0
            ? Versions.ElementAtOrDefault(Versions.Length - 2)
            : Versions.FirstOrDefault(one => one.Version == version);
        if (asked is not { } old) return Answer(PolicyOutcome.UnknownVersion, version);
        var newest = Versions[^1];
        return newest.Yaml == old.Yaml
            ? Answer(PolicyOutcome.Unchanged, newest.Version)
            : Publish(
                new PolicyVersion(newest.Version + 1, old.Yaml, default, by, reason, old.Version, requestId), now);
    }

    /// <summary>Notes how far a change has come, unless a still newer version was given out meanwhile.</summary>
    public PolicyStep GoOn(PolicyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new PolicyStep(
            new PolicyReply(PolicyOutcome.Unchanged, change.Version),
            Change?.Version == change.Version
                ? new IdentityPolicyState { Versions = Versions, Change = change } : null);
    }

    private static PolicyStep Answer(PolicyOutcome outcome, int version, string fault = "") =>
        new(new PolicyReply(outcome, version, fault), null);

    /// <summary>The version that a request gave out, or null.</summary>
    private PolicyVersion? OfRequest(string requestId) => requestId.Length == 0
        ? null
        : Versions.FirstOrDefault(one => one.RequestId == requestId);

    private PolicyStep Publish(PolicyVersion next, IngestTime now)
    {
        if (Newest is { } newest && PolicySuccession.Check(newest.Read(), next.Read()) is { } fault)
            return Answer(PolicyOutcome.Contradicts, newest.Version, fault);
        if (Versions.Length >= MaxVersions) return Answer(PolicyOutcome.TooMany, next.Version);
        var state = new IdentityPolicyState
        {
            Versions = Versions.Add(next with { Since = now }),
            // Nothing has been resolved under another one before the first: there is nobody to take over.
            Change = new PolicyChange(next.Version, now, FinishedAt: Versions.IsEmpty ? now : default),
        };
        return new PolicyStep(new PolicyReply(PolicyOutcome.Adopted, next.Version), state);
    }
}

/// <summary>What becomes of something that was asked of the policy.</summary>
/// <param name="Reply">The answer, once the state is on disk.</param>
/// <param name="Next">The state then; null where nothing changes.</param>
public readonly record struct PolicyStep(PolicyReply Reply, IdentityPolicyState? Next);
