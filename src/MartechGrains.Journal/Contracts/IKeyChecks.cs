namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Keeps what tells whether a deployment key is the one that the store was written with. Both throw
/// <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IKeyChecks
{
    /// <summary>The check of <c>KeyCheck.Make</c>; null where none was kept yet.</summary>
    Task<ReadOnlyMemory<byte>?> ReadKeyCheckAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps a check, for ever. Does nothing where one is kept: read which it is.</summary>
    Task KeepKeyCheckAsync(ReadOnlyMemory<byte> check, CancellationToken cancellationToken = default);
}
