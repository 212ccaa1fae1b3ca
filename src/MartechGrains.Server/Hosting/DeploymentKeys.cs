using System.Security.Cryptography;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// The secrets of a store: those in the data folder, if the store was written with them. Under others its people would
/// not be found, and newcomers would be written beside them that the right key does not find.
/// </summary>
internal static class DeploymentKeys
{
    /// <summary>Homes of a store without a check that are asked which key wrapped theirs.</summary>
    private const int MaxHomesAsked = 1_000;

    /// <summary>Loads the folder's key file; null where it has none.</summary>
    /// <exception cref="InvalidDataException">The file is not a key file.</exception>
    public static DeploymentSecrets? Load(string folder) =>
        KeyFile.Exists(folder) ? KeyFile.Load(Path.Combine(folder, KeyFile.Name)) : null;

    /// <summary>Holds what was loaded against the store; makes a key file for a store that was never used.</summary>
    /// <exception cref="StartException">The store was written with other secrets, or its own are missing.</exception>
    public static async Task<DeploymentSecrets> ConfirmAsync(
        DeploymentSecrets? loaded, string folder, IJournalStore store, CancellationToken cancellationToken)
    {
        var check = await store.ReadKeyCheckAsync(cancellationToken);
        if (loaded is null && (check is not null || (await store.ReadHomesAsync(null, 1, cancellationToken)).Count > 0))
            throw new StartException(
                $"{KeyFile.Name} is missing in {Path.GetFullPath(folder)}, and the store has profiles that cannot be "
                + "read without it. Restore it from its copy, or choose another --data.");
        var secrets = loaded ?? KeyFile.LoadOrCreate(folder, RandomNumberGenerator.Fill);
        if (check is null)
        {
            if (loaded is not null && !await WroteJournalsAsync(secrets.WrappingKey, store, cancellationToken))
                throw Foreign(folder);
            await store.KeepKeyCheckAsync(KeyCheck.Make(secrets, RandomNumberGenerator.Fill), cancellationToken);
            // Another process may have been first, with another key.
            check = await store.ReadKeyCheckAsync(cancellationToken);
        }
        return check is { } kept && KeyCheck.Fits(secrets, kept.Span) ? secrets : throw Foreign(folder);
    }

    /// <summary>
    /// Stores of before kept no check: whether the key opens what a home's payloads are sealed with, where any is.
    /// </summary>
    private static async Task<bool> WroteJournalsAsync(
        DeploymentKey key, IJournalStore store, CancellationToken cancellationToken)
    {
        foreach (var home in await store.ReadHomesAsync(null, MaxHomesAsked, cancellationToken))
        {
            if ((await store.ReadWrappedKeysAsync(home, cancellationToken)) is [var first, ..])
                return Opens(key, home, first.WrappedKey.Span);
        }
        return true;
    }

    private static bool Opens(DeploymentKey key, HomeId home, ReadOnlySpan<byte> wrapped)
    {
        try
        {
            CryptographicOperations.ZeroMemory(key.Unwrap(home, wrapped));
            return true;
        }
        catch (SealBrokenException)
        {
            return false;
        }
    }

    private static StartException Foreign(string folder) => new(
        $"{KeyFile.Name} in {Path.GetFullPath(folder)} is not the key that the store was written with: nobody in it "
        + "would be found. Restore the store's own from its copy, or choose another store.");
}
