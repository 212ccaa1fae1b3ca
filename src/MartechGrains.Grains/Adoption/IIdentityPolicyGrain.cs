using System.Collections.Immutable;

namespace MartechGrains.Grains.Adoption;

/// <summary>
/// Keeps the versions of the identity policy, and takes all homes over to the newest. Its key is
/// <see cref="Key"/>.
/// </summary>
[Alias("martechgrains.policy")]
[GrainInterfaceType("martechgrains.policy")]
public interface IIdentityPolicyGrain : IGrainWithStringKey
{
    /// <summary>The one grain's key.</summary>
    const string Key = "identity-policy";

    /// <summary>
    /// Gives out a version, if it is the first or newer than all others and nothing speaks against it; answers when it
    /// is on disk. All homes then go over to it, while traffic goes on.
    /// </summary>
    /// <param name="proposed">The version; <see cref="PolicyVersion.Since"/> is set here.</param>
    /// <param name="cancellationToken">Gives up, unless the version is being written.</param>
    [Alias("propose")]
    ValueTask<PolicyReply> Propose(PolicyVersion proposed, CancellationToken cancellationToken = default);

    /// <summary>Gives out the text of an older version again, as a version of its own.</summary>
    /// <param name="version">The older version; 0 for the one that was in force before the newest.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="requestId">A repeat is told by it, and changes nothing; empty for none.</param>
    /// <param name="cancellationToken">Gives up, unless the version is being written.</param>
    [Alias("goBack")]
    ValueTask<PolicyReply> GoBack(
        int version, string by, string reason, string requestId, CancellationToken cancellationToken = default);

    /// <summary>All versions, oldest first.</summary>
    [Alias("versions")]
    ValueTask<ImmutableArray<PolicyVersion>> Versions(CancellationToken cancellationToken = default);

    /// <summary>How far the newest version has come; null before there is one.</summary>
    [Alias("change")]
    ValueTask<PolicyChange?> Change(CancellationToken cancellationToken = default);

    /// <summary>Goes on with an unfinished change, wherever it was interrupted; returns at once.</summary>
    /// <param name="cancellationToken">Gives up waiting for the grain.</param>
    [Alias("resume")]
    ValueTask Resume(CancellationToken cancellationToken = default);
}

/// <summary>What became of a version that somebody wants to give out.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The version it has, or that speaks against it.</param>
/// <param name="Fault">What speaks against it, in words; empty otherwise.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.policy.reply")]
public sealed record PolicyReply(
    [property: Id(0)] PolicyOutcome Outcome, [property: Id(1)] int Version, [property: Id(2)] string Fault = "");

/// <summary>What became of a version that somebody wants to give out.</summary>
public enum PolicyOutcome
{
    /// <summary>It is in force from now on.</summary>
    Adopted = 0,

    /// <summary>It is there already, with the same text, or by the same request.</summary>
    Unchanged = 1,

    /// <summary>A newer version is in force.</summary>
    OlderVersion = 2,

    /// <summary>The same version is there with another text: a changed policy needs a larger version.</summary>
    SameVersionOtherContent = 3,

    /// <summary>It contradicts what is stored under the versions before it.</summary>
    Contradicts = 4,

    /// <summary>There is no such version to go back to.</summary>
    UnknownVersion = 5,

    /// <summary>There are as many versions as are kept.</summary>
    TooMany = 6,

    /// <summary>The id of the request was another's, which gave out the version.</summary>
    RequestTaken = 7,
}
