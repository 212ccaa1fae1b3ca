using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Grains.Registry;

/// <summary>
/// The versions of the identity policy that this silo knows. They are read from the registry when they are first
/// needed, and again when a journal or a peer names one that is not known here. Safe for use by several threads.
/// </summary>
public sealed class PolicyCache
{
    private readonly Lock _turn = new();
    private Task<IdentityPolicies>? _reading;
    private Func<Task<IdentityPolicies>>? _registry;
    private volatile IdentityPolicies? _known;

    /// <summary>A book that reads a registry, once <see cref="Connect"/> has told which.</summary>
    public PolicyCache()
    {
    }

    /// <summary>A book of versions that are all there are.</summary>
    public PolicyCache(IdentityPolicies known) => _known = known;

    /// <summary>The versions that are known.</summary>
    /// <exception cref="PolicyNotReadException"><see cref="ReadyAsync"/> was not awaited before.</exception>
    public IdentityPolicies Known => _known ?? throw new PolicyNotReadException();

    /// <summary>The newest version that is known: what new evidence is read under.</summary>
    /// <exception cref="PolicyNotReadException"><see cref="ReadyAsync"/> was not awaited before.</exception>
    public IdentityPolicy InForce => Known.Newest;

    /// <summary>Tells where all versions are kept; to be called once, before the silo takes calls.</summary>
    public void Connect(Func<Task<IdentityPolicies>> registry) => _registry = registry;

    /// <summary>The versions, read from the registry if nothing is known yet.</summary>
    public ValueTask<IdentityPolicies> ReadyAsync(CancellationToken cancellationToken = default) =>
        _known is { } known ? new(known) : new(ReadAsync().WaitAsync(cancellationToken));

    /// <summary>The versions, with that one among them: read anew from the registry unless it is known.</summary>
    /// <exception cref="UnknownPolicyVersionException">The registry does not have it either.</exception>
    public async ValueTask<IdentityPolicies> WithVersionAsync(
        int version, CancellationToken cancellationToken = default)
    {
        var known = await ReadyAsync(cancellationToken);
        // A reading that was under way may have begun before the version was written.
        for (var again = 0; again < 2 && !known.Contains(version) && _registry is not null; again++)
            known = await ReadAsync().WaitAsync(cancellationToken);
        return known.Contains(version) ? known : throw new UnknownPolicyVersionException(version);
    }

    /// <summary>Reads the registry, together with whoever reads it already.</summary>
    private Task<IdentityPolicies> ReadAsync()
    {
        lock (_turn)
        {
            if (_reading is not { IsCompleted: false }) _reading = ReadOnceAsync();
            return _reading;
        }
    }

    private async Task<IdentityPolicies> ReadOnceAsync() =>
        _known = await (_registry ?? throw new PolicyNotReadException())();
}

/// <summary>The identity policy was asked for before it was read, or before there was one.</summary>
public sealed class PolicyNotReadException() : InvalidOperationException("The identity policy has not been read yet.");
