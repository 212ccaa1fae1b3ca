using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Features;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// The canonical state hash: equal where two worlds have the same profiles and the same must-links and cannot-links in
/// force, whatever their homes, sequence numbers, ingest times and order of arrival. Retractions show in what is left
/// of the profiles, and values made linkable in who is together. Folds every home from the store, where
/// confirmations of joins that were answered a moment ago may still be on their way: so joins that are open there count
/// as links.
/// </summary>
public sealed class StateHasher(IJournalReads journals, IPointerReads pointers, HomeLoader loader)
{
    private const int PageSize = 1000;

    /// <summary>Hashes all profiles, with features evaluated at one moment.</summary>
    /// <param name="asOf">The moment, in milliseconds since 1970 UTC.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The hash, 32 bytes, and the number of profiles in it.</returns>
    public async Task<(byte[] Hash, long Profiles)> ComputeAsync(long asOf, CancellationToken cancellationToken)
    {
        var digests = new List<(IdentifierKey Profile, byte[] Digest)>();
        var moved = new Dictionary<HomeId, HomeId>();
        var inert = new List<(HomeId Home, IdentifierKey Key, byte[] Digest)>();
        var decisions = new SortedDictionary<DecisionKey, byte[]>();
        HomeId? after = null;
        while (true)
        {
            var page = await journals.ReadHomesAsync(after, PageSize, cancellationToken);
            if (page.Count == 0) break;
            after = page[^1];
            foreach (var home in page)
            {
                var state = await loader.LoadAsync(home, cancellationToken);
                if (state.MovedTo is { } target)
                {
                    moved.Add(home, target);
                    continue;
                }
                Collect(ProfileAssembly.Assemble(state, withOpenJoins: true), asOf, digests, inert);
                foreach (var decision in state.Decisions.All)
                    if (decision.Undone is null && decision.Kind != DecisionKind.Retraction)
                        decisions[DecisionKey.Of(decision)] = DigestOf(decision);
            }
        }
        await AddInertAsync(inert, moved, digests, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digests.Sort(static (a, b) =>
        {
            var byProfile = a.Profile.CompareTo(b.Profile);
            return byProfile != 0 ? byProfile : a.Digest.AsSpan().SequenceCompareTo(b.Digest);
        });
        foreach (var (_, digest) in digests) hash.AppendData(digest);
        foreach (var digest in decisions.Values) hash.AppendData(digest);
        return (hash.GetHashAndReset(), digests.Count);
    }

    private static void Collect(
        HomeView view,
        long asOf,
        List<(IdentifierKey Profile, byte[] Digest)> digests,
        List<(HomeId Home, IdentifierKey Key, byte[] Digest)> inert)
    {
        foreach (var profile in view.Profiles)
        {
            var digest = DigestOf(profile, asOf);
            if (view.Resolution.IsLinkable(profile.Resolved.Anchor)) digests.Add((profile.Id.Anchor, digest));
            else if (profile.Facts.Any(static facts => facts.Count > 0))
                inert.Add((view.Home, profile.Id.Anchor, digest));
        }
    }

    /// <summary>
    /// Several homes may carry an inert value; the one its pointer leads to answers for it. Where no event carried it
    /// alone, nothing is to be answered, and which home that is depends on the order of arrival.
    /// </summary>
    private async Task AddInertAsync(
        List<(HomeId Home, IdentifierKey Key, byte[] Digest)> inert,
        Dictionary<HomeId, HomeId> moved,
        List<(IdentifierKey Profile, byte[] Digest)> digests,
        CancellationToken cancellationToken)
    {
        foreach (var chunk in inert.Chunk(PageSize))
        {
            var rows = await pointers.ReadPointersAsync(
                [.. chunk.Select(static item => item.Key).Distinct()], cancellationToken);
            foreach (var (home, key, digest) in chunk)
            {
                if (!rows.TryGetValue(key, out var pointer)) continue;
                var root = pointer.Home;
                while (moved.TryGetValue(root, out var next)) root = next;
                if (root == home) digests.Add((key, digest));
            }
        }
    }

    private static byte[] DigestOf(ProfileView profile, long asOf)
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
            Number(content, consent.Origin.EventTime);
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
            Number(content, value.Freshness ?? long.MinValue);
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
