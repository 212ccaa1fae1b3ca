using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Features;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Grains.Walks;

/// <summary>
/// The canonical state hash: equal where two worlds have the same profiles and the same must-links and cannot-links in
/// force, whatever their homes, sequence numbers, ingest times and order of arrival. Retractions show in what is left
/// of the profiles, and values made linkable in who is together. Folds every home from the store, where
/// confirmations of joins that were answered a moment ago may still be on their way: so joins that are open there count
/// as links.
/// </summary>
/// <remarks>
/// It holds one home and <see cref="SortedDigests.MaxGathered"/> digests at a time, however many profiles there are;
/// the others wait in a temporary file, 64 bytes each.
/// </remarks>
public sealed class StateHasher(IPointerReads pointers, JournalWalk walk, HomeLoader loader, DamagedHomes damaged)
    : IDisposable
{
    private const int PageSize = 1000;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>
    /// Hashes all profiles, with features evaluated at one moment. Homes that are damaged are left out.
    /// </summary>
    /// <param name="asOf">The moment.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The hash, the number of profiles in it, and of homes that it lacks.</returns>
    /// <exception cref="StateHashUnderWayException">Another is computed: one at a time reads all homes.</exception>
    public async Task<StateHash> ComputeAsync(EventTime asOf, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            WalkMetrics.HashesRefused.Add(1);
            throw new StateHashUnderWayException();
        }
        try
        {
            using var profiles = new SortedDigests();
            using var decisions = new SortedDigests();
            var leftOut = await CollectAsync(profiles, decisions, asOf, cancellationToken);
            damaged.TellLeftOut("The state hash", leftOut);
            return new StateHash(HashOf(profiles, decisions), profiles.Count, leftOut);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<long> CollectAsync(
        SortedDigests profiles, SortedDigests decisions, EventTime asOf, CancellationToken cancellationToken)
    {
        var moves = new KnownMoves(loader);
        var leftOut = 0L;
        await foreach (var page in walk.HomesAsync(PageSize, cancellationToken))
        {
            foreach (var home in page)
            {
                try
                {
                    await CollectAsync(home, profiles, decisions, moves, asOf, cancellationToken);
                }
                catch (HomeDamagedException damage)
                {
                    damaged.Note(damage);
                    leftOut++;
                }
            }
        }
        return leftOut;
    }

    private async Task CollectAsync(
        HomeId home, SortedDigests profiles, SortedDigests decisions, KnownMoves moves, EventTime asOf,
        CancellationToken cancellationToken)
    {
        var state = await loader.LoadAsync(home, cancellationToken);
        moves.Learn(state);
        if (state.MovedTo is not null) return;
        var inert = new List<SortedDigest>();
        Collect(ProfileAssembly.Assemble(state, withOpenJoins: true), asOf, profiles, inert);
        await AddInertAsync(home, inert, moves, profiles, cancellationToken);
        foreach (var decision in state.Decisions.All)
            if (decision.Undone is null && decision.Kind != DecisionKind.Retraction)
                decisions.Add(Sorted(decision.Id.Bits, decision.Event.Bits, DigestOf(decision)));
    }

    private static byte[] HashOf(SortedDigests profiles, SortedDigests decisions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var digest in profiles.InOrder()) Append(digest, bytes);
        SortedDigest? last = null;
        foreach (var digest in decisions.InOrder())
        {
            // Both homes of a decision have it.
            if (digest == last) continue;
            last = digest;
            Append(digest, bytes);
        }
        return hash.GetHashAndReset();

        void Append(in SortedDigest digest, Span<byte> bytes)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, digest.DigestMajor);
            BinaryPrimitives.WriteUInt128BigEndian(bytes[IdentifierKey.Size..], digest.DigestMinor);
            hash.AppendData(bytes);
        }
    }

    private static void Collect(HomeView view, EventTime asOf, SortedDigests profiles, List<SortedDigest> inert)
    {
        foreach (var profile in view.Profiles)
        {
            var digest = Sorted(profile.Id.Anchor.Bits, 0, DigestOf(profile, asOf));
            if (view.Resolution.IsLinkable(profile.Resolved.Anchor)) profiles.Add(digest);
            else if (profile.Facts.Any(static facts => facts.Count > 0)) inert.Add(digest);
        }
    }

    /// <summary>
    /// Several homes may carry an inert value; the one its pointer leads to answers for it. Where no event carried it
    /// alone, nothing is to be answered, and which home that is depends on the order of arrival.
    /// </summary>
    private async Task AddInertAsync(
        HomeId home, List<SortedDigest> inert, KnownMoves moves, SortedDigests profiles,
        CancellationToken cancellationToken)
    {
        foreach (var chunk in inert.Chunk(PageSize))
        {
            var rows = await pointers.ReadPointersAsync(
                [.. chunk.Select(static one => new IdentifierKey(one.Major)).Distinct()], cancellationToken);
            foreach (var digest in chunk)
                if (rows.TryGetValue(new IdentifierKey(digest.Major), out var pointer)
                    && await moves.FollowAsync(pointer.Home, cancellationToken) == home)
                    profiles.Add(digest);
        }
    }

    private static SortedDigest Sorted(UInt128 major, UInt128 minor, ReadOnlySpan<byte> digest) => new(
        major, minor, BinaryPrimitives.ReadUInt128BigEndian(digest),
        BinaryPrimitives.ReadUInt128BigEndian(digest[IdentifierKey.Size..]));

    private static byte[] DigestOf(ProfileView profile, EventTime asOf)
    {
        var content = new ArrayBufferWriter<byte>(512);
        Text(content, profile.Id.ToString());
        foreach (var identifier in profile.Resolved.Identifiers) Text(content, identifier.ToString());
        foreach (var (name, trait) in profile.Traits)
        {
            Text(content, name);
            Text(content, trait.Json);
        }
        foreach (var (purpose, consent) in profile.Consents)
        {
            Text(content, purpose);
            Number(content, consent.IsGranted ? 1 : 0);
            Number(content, consent.Origin.EventTime.Milliseconds);
            Text(content, consent.Origin.Source);
            Text(content, consent.Origin.EventId);
        }
        foreach (var value in FeatureEvaluation.Evaluate(
            profile.Facts, EvaluationMoment.Live(asOf), FeatureCatalog.Current))
        {
            Text(content, value.Name);
            Number(content, value.Feature.Version);
            Number(content, (long)value.Status);
            Number(content, value.Value.Whole);
            Number(content, BitConverter.DoubleToInt64Bits(value.Value.Number));
            Text(content, value.Value.Category ?? "");
            Number(content, value.Freshness?.Milliseconds ?? long.MinValue);
        }
        return SHA256.HashData(content.WrittenSpan);
    }

    private static byte[] DigestOf(Decision decision)
    {
        var content = new ArrayBufferWriter<byte>(256);
        Text(content, decision.Id.ToString());
        Number(content, (long)decision.Kind);
        foreach (var identifier in decision.Identifiers) Text(content, identifier.ToString());
        return SHA256.HashData(content.WrittenSpan);
    }

    private static void Text(ArrayBufferWriter<byte> content, string text)
    {
        Number(content, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, content);
    }

    private static void Number(ArrayBufferWriter<byte> content, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(content.GetSpan(8), number);
        content.Advance(8);
    }
}

/// <summary>What all profiles come to.</summary>
/// <param name="Hash">32 bytes.</param>
/// <param name="Profiles">Profiles in it.</param>
/// <param name="DamagedHomes">Homes that could not be read, or lead to such, and are not in it.</param>
public sealed record StateHash(byte[] Hash, long Profiles, long DamagedHomes);

/// <summary>The state hash of all profiles is being computed on this silo: one is at a time.</summary>
public sealed class StateHashUnderWayException() : Exception("Another state hash is being computed.");
