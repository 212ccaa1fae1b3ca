using System.Collections.Immutable;
using MartechGrains.Grains.Mailboxes;
using MartechGrains.Grains.Registry;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Adoption;

/// <summary>
/// The shell of the identity policy: versions on disk, and the walk over all homes. What
/// <see cref="IdentityPolicyState"/> decides takes turns in a mailbox; the walk goes on beside them, and ends with the
/// activation.
/// </summary>
[Reentrant]
[GrainType("identityPolicy")]
public sealed partial class IdentityPolicyGrain : Grain, IIdentityPolicyGrain
{
    /// <summary>The state's name: rows are found by it and by the key, not by the grain's type.</summary>
    public const string StateName = "identityPolicy";

    private static readonly TimeSpan StayWhileWalking = TimeSpan.FromMinutes(10);
    private readonly IPersistentState<IdentityPolicyState> _storage;
    private readonly TimeProvider _time;
    private readonly PolicyWalk _walk;
    private readonly ILogger<IdentityPolicyGrain> _log;
    private readonly Mailbox<PolicyOperation> _mailbox;
    private IdentityPolicyState _known = new();
    private Task _walking = Task.CompletedTask;

    /// <summary>Made by the runtime.</summary>
    public IdentityPolicyGrain(
        [PersistentState(StateName, RegistryStorage.Name)] IPersistentState<IdentityPolicyState> storage,
        TimeProvider time,
        PolicyWalk walk,
        ILogger<IdentityPolicyGrain> log)
    {
        (_storage, _time, _walk, _log) = (storage, time, walk, log);
        _mailbox = new Mailbox<PolicyOperation>(MailboxKind.Policy, IIdentityPolicyGrain.Key, TakeTurnAsync);
    }

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _known = _storage.State;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _mailbox.Close(new GrainReloadException($"The identity policy leaves memory: {reason.Description}"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<PolicyReply> Propose(PolicyVersion proposed, CancellationToken cancellationToken) =>
        AskAsync(known => known.Propose(proposed, _time.Now()), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PolicyReply> GoBack(
        int version, string by, string reason, string requestId, CancellationToken cancellationToken) =>
        AskAsync(known => known.GoBack(version, by, reason, requestId, _time.Now()), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<PolicyVersion>> Versions(CancellationToken cancellationToken) =>
        new(_known.Versions);

    /// <inheritdoc/>
    public ValueTask<PolicyChange?> Change(CancellationToken cancellationToken) => new(_known.Change);

    /// <inheritdoc/>
    public ValueTask Resume(CancellationToken cancellationToken)
    {
        Walk();
        return default;
    }

    /// <summary>Takes homes over beside the calls that follow, unless that is under way.</summary>
    private void Walk()
    {
        if (_walking.IsCompleted && _known.Change is { IsFinished: false }) _walking = WalkAsync();
    }

    private async Task WalkAsync()
    {
        try
        {
            while (_known.Change is { IsFinished: false } change)
            {
                DelayDeactivation(StayWhileWalking);
                var next = await _walk.StepAsync(change, _mailbox.Ending);
                // A still newer version may have been given out meanwhile: its walk begins at the start.
                await AskAsync(known => known.GoOn(next), CancellationToken.None);
                if (next.IsFinished) LogFinished(next.Version, next.Visited);
            }
        }
        catch (Exception error)
        {
            LogInterrupted(error);
        }
    }

    private async ValueTask<PolicyReply> AskAsync(
        Func<IdentityPolicyState, PolicyStep> decide, CancellationToken cancellationToken) =>
        (await _mailbox.Ask(new PolicyOperation(decide), cancellationToken)).Value;

    private async ValueTask TakeTurnAsync(PolicyOperation operation)
    {
        var isFirst = _known.Versions.IsEmpty;
        var (reply, next) = operation.Decide(_known);
        if (next is not null)
        {
            await WriteAsync(next);
            if (reply.Outcome == PolicyOutcome.Adopted && !isFirst) LogPublished(reply.Version);
            Walk();
        }
        operation.Complete(reply);
    }

    /// <summary>Nobody sees the state before it is on disk; where that is in doubt, the grain leaves.</summary>
    private async Task WriteAsync(IdentityPolicyState next)
    {
        try
        {
            _storage.State = next;
            await _storage.WriteStateAsync();
            _known = next;
        }
        catch (Exception error)
        {
            _mailbox.Close(new GrainReloadException($"The identity policy reloads: {error.Message}"));
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Version {version} of the identity policy is in force from now on.")]
    private partial void LogPublished(int version);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "All homes have gone over to version {version} of the identity policy; the last pass visited "
            + "{homes}.")]
    private partial void LogFinished(int version, long homes);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Taking homes over to a version of the identity policy was interrupted; the next sweep goes on.")]
    private partial void LogInterrupted(Exception error);
}

/// <summary>Something asked of the policy, decided by the state that is on disk when its turn comes.</summary>
internal sealed class PolicyOperation(Func<IdentityPolicyState, PolicyStep> decide) : MailboxOperation<PolicyReply>
{
    public Func<IdentityPolicyState, PolicyStep> Decide { get; } = decide;
}
