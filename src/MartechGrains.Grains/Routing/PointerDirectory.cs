using System.Collections.Concurrent;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Reading;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Where identifiers point, as this silo last heard. Entries are hints: pointers move along unions only, so a home that
/// has moved names the next. What is not known is read from the table, many at once. Two generations bound it: what
/// was not asked for during a whole generation is forgotten.
/// </summary>
public sealed class PointerDirectory(BatchedReads reads)
{
    /// <summary>Most entries of one generation; about 100 bytes each.</summary>
    public const int GenerationSize = 500_000;

    // Growing makes all entries anew, so a generation begins with room for a good part of them: a megabyte.
    private const int InitialSize = GenerationSize / 4;

    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>What is known or on disk of the identifiers; one without a row is left out.</summary>
    public async ValueTask<Dictionary<IdentifierKey, PointerView>> FindAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        var found = new Dictionary<IdentifierKey, PointerView>(identifiers.Count);
        List<IdentifierKey>? missing = null;
        foreach (var key in identifiers)
        {
            if (TryGet(key, out var view)) found[key] = view;
            else (missing ??= []).Add(key);
        }
        if (missing is null) return found;
        var rows = await reads.ReadPointersAsync(missing, cancellationToken);
        foreach (var key in missing)
        {
            if (!rows.TryGetValue(key, out var row)) continue;
            var view = new PointerView(
                row.Home, row.Flags.HasFlag(PointerFlags.Inert), row.Flags.HasFlag(PointerFlags.Unsettled));
            found[key] = view;
            Learn(key, view);
        }
        return found;
    }

    /// <summary>The hint for one identifier.</summary>
    public bool TryGet(IdentifierKey key, out PointerView view)
    {
        if (_young.Views.TryGetValue(key, out view)) return true;
        if (!_old.Views.TryGetValue(key, out view)) return false;
        Learn(key, view);
        return true;
    }

    /// <summary>Remembers what was heard.</summary>
    public void Learn(IdentifierKey key, PointerView view)
    {
        var young = _young;
        if (!young.Views.TryAdd(key, view))
        {
            if (!young.Views.TryGetValue(key, out var known) || known != view) young.Views[key] = view;
            return;
        }
        if (Interlocked.Increment(ref young.Added) <= GenerationSize) return;
        lock (_turning)
        {
            if (_young != young) return;
            _old = young;
            _young = new Generation();
        }
    }

    /// <summary>Remembers where a home that was asked turned out to be, keeping what is known of the value.</summary>
    public void LearnHome(IdentifierKey key, HomeId home)
    {
        if (TryGet(key, out var known) && known.Home != home) Learn(key, known with { Home = home });
    }

    /// <summary>Forgets hints that led nowhere.</summary>
    public void Forget(IEnumerable<IdentifierKey> identifiers)
    {
        foreach (var key in identifiers)
        {
            _young.Views.TryRemove(key, out _);
            _old.Views.TryRemove(key, out _);
        }
    }

    private sealed class Generation
    {
        // Counted here: the dictionary's own count takes all of its locks. What is forgotten stays counted.
        public int Added;

        public ConcurrentDictionary<IdentifierKey, PointerView> Views { get; } =
            new(Environment.ProcessorCount, InitialSize);
    }
}
