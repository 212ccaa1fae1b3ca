using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Registry;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Adoption;

/// <summary>The shell of the identity policy: versions on disk, and the walk over all homes.</summary>
[GrainType("identityPolicy")]
public sealed partial class IdentityPolicyGrain(
    [PersistentState(IdentityPolicyGrain.StateName, RegistryStorage.Name)] IPersistentState<IdentityPolicyState> state,
    HomeServices services,
    PolicyWalk walk,
    ILogger<IdentityPolicyGrain> log) : Grain, IIdentityPolicyGrain, IDisposable
{
    /// <summary>The state's name: rows are found by it and by the key, not by the grain's type.</summary>
    public const string StateName = "identityPolicy";

    /// <summary>Most versions that are kept.</summary>
    public const int MaxVersions = 256;

    private static readonly TimeSpan StayWhileWalking = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Task? _walking;

    /// <inheritdoc/>
    public async ValueTask<PolicyReply> Propose(PolicyVersion proposed)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        var known = state.State.Versions;
        var newest = known.IsEmpty ? null : known[^1];
        if (OfRequest(proposed.RequestId) is { } earlier)
            return new PolicyReply(
                (earlier.Yaml, earlier.WayBackTo) == (proposed.Yaml, proposed.WayBackTo)
                    ? PolicyOutcome.Unchanged : PolicyOutcome.RequestTaken,
                earlier.Version);
        if (known.FirstOrDefault(one => one.Version == proposed.Version) is { } same)
            return new PolicyReply(
                same.Yaml == proposed.Yaml ? PolicyOutcome.Unchanged : PolicyOutcome.SameVersionOtherContent,
                proposed.Version);
        if (newest is not null && proposed.Version < newest.Version)
            return new PolicyReply(PolicyOutcome.OlderVersion, newest.Version);
        if (newest is not null && PolicySuccession.Check(newest.Read(), proposed.Read()) is { } fault)
            return new PolicyReply(PolicyOutcome.Contradicts, newest.Version, fault);
        return await GiveOutAsync(proposed);
    }

    /// <inheritdoc/>
    public async ValueTask<PolicyReply> GoBack(int version, string by, string reason, string requestId)
    {
        var known = state.State.Versions;
        if (OfRequest(requestId) is { } earlier)
            return new PolicyReply(
                earlier.WayBackTo > 0 && (version == 0 || version == earlier.WayBackTo)
                    ? PolicyOutcome.Unchanged : PolicyOutcome.RequestTaken,
                earlier.Version);
        var asked = version == 0
            ? known.ElementAtOrDefault(known.Length - 2)
            : known.FirstOrDefault(one => one.Version == version);
        if (asked is not { } old) return new PolicyReply(PolicyOutcome.UnknownVersion, version);
        var newest = known[^1];
        if (newest.Yaml == old.Yaml) return new PolicyReply(PolicyOutcome.Unchanged, newest.Version);
        var next = new PolicyVersion(newest.Version + 1, old.Yaml, 0, by, reason, old.Version, requestId);
        return PolicySuccession.Check(newest.Read(), next.Read()) is { } fault
            ? new PolicyReply(PolicyOutcome.Contradicts, newest.Version, fault)
            : await GiveOutAsync(next);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<PolicyVersion>> Versions() => new(state.State.Versions);

    /// <inheritdoc/>
    public ValueTask<PolicyChange?> Change() => new(state.State.Change);

    /// <inheritdoc/>
    public ValueTask Resume()
    {
        if (state.State.Change is { IsFinished: false } && _walking is not { IsCompleted: false })
            _walking = WalkAsync();
        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    /// <summary>The version that a request gave out, or null.</summary>
    private PolicyVersion? OfRequest(string requestId) => requestId.Length == 0
        ? null
        : state.State.Versions.FirstOrDefault(one => one.RequestId == requestId);

    private async ValueTask<PolicyReply> GiveOutAsync(PolicyVersion next)
    {
        var known = state.State.Versions;
        if (known.Length >= MaxVersions) return new PolicyReply(PolicyOutcome.TooMany, next.Version);
        var now = services.Now;
        // Nothing has been resolved under another one before the first: there is nobody to take over.
        var change = new PolicyChange(next.Version, now, FinishedAt: known.IsEmpty ? now : 0);
        await WriteAsync(kept =>
        {
            kept.Versions = known.Add(next with { Since = now });
            kept.Change = change;
        });
        if (!known.IsEmpty) LogGivenOut(next.Version);
        await Resume();
        return new PolicyReply(PolicyOutcome.Adopted, next.Version);
    }

    private async Task WalkAsync()
    {
        try
        {
            while (state.State.Change is { IsFinished: false } change)
            {
                DelayDeactivation(StayWhileWalking);
                var next = await walk.StepAsync(change);
                await WriteAsync(kept =>
                {
                    // A still newer version may have been given out meanwhile: its walk begins at the start.
                    if (kept.Change?.Version == next.Version) kept.Change = next;
                });
                if (next.IsFinished) LogFinished(next.Version, next.Visited);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogInterrupted(error);
        }
    }

    private async Task WriteAsync(Action<IdentityPolicyState> change)
    {
        await _writing.WaitAsync();
        try
        {
            change(state.State);
            await state.WriteOrLeaveAsync(this);
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Version {version} of the identity policy is in force from now on.")]
    private partial void LogGivenOut(int version);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "All homes have gone over to version {version} of the identity policy; the last pass visited "
            + "{homes}.")]
    private partial void LogFinished(int version, long homes);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Taking homes over to a version of the identity policy was interrupted; the next sweep goes on.")]
    private partial void LogInterrupted(Exception error);
}

/// <summary>What an <see cref="IdentityPolicyGrain"/> keeps.</summary>
[GenerateSerializer]
[Alias("martechgrains.policy.state")]
public sealed class IdentityPolicyState
{
    /// <summary>All versions, oldest first.</summary>
    [Id(0)]
    public ImmutableArray<PolicyVersion> Versions { get; set; } = [];

    /// <summary>How far the newest has come; null before there is one.</summary>
    [Id(1)]
    public PolicyChange? Change { get; set; }
}
