using System.Buffers;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.Stored;

/// <summary>
/// The binary form of a home's view; one leading byte tells its version. Profile ids follow from the anchors' keys.
/// </summary>
public static class HomeViewFormat
{
    private const byte Version = 3;
    private const int MinProfileBytes = 5 + MinMemberBytes;
    private const int MinMemberBytes = 2 + IdentifierKey.Size;
    private const int MinTraitBytes = 6;
    private const int MinConsentBytes = 5;

    /// <summary>
    /// Writes a view with all it shows, for readers in other processes; equal views give equal bytes.
    /// </summary>
    public static void Write(HomeView view, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(output);
        var writer = new FactWriter(output);
        writer.Byte(Version);
        writer.Key(view.Home.Founder);
        writer.Unsigned((ulong)view.Seq);
        writer.Unsigned((ulong)view.PolicyVersion);
        var table = new IdentifierTable();
        foreach (var profile in view.Profiles)
            foreach (var identifier in profile.Resolved.Identifiers) table.Add(identifier);
        ResolutionFormat.Collect(view.Resolution, table);
        table.Write(writer);
        writer.Unsigned((ulong)view.Profiles.Length);
        foreach (var profile in view.Profiles) WriteProfile(writer, table, profile);
        ResolutionFormat.Write(view.Resolution, table, writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FactFormatException">Other bytes, or those of another version.</exception>
    public static HomeView Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FactReader(bytes);
        reader.Require(reader.Byte() == Version, "unknown version of a home's view");
        var home = new HomeId(reader.IdentifierKey());
        var seq = (int)reader.Unsigned(int.MaxValue);
        var policyVersion = (int)reader.Unsigned(int.MaxValue);
        var table = IdentifierTable.Read(ref reader);
        var linkable = new HashSet<Identifier>(table.Count);
        var known = new HashSet<IdentifierKey>(table.Count);
        var profiles = new ProfileView[reader.Count(MinProfileBytes)];
        for (var i = 0; i < profiles.Length; i++)
        {
            profiles[i] = ReadProfile(ref reader, table, linkable);
            foreach (var key in profiles[i].Keys)
            {
                reader.Require(known.Add(key), "an identifier is in two profiles");
            }
        }
        var resolution = ResolutionFormat.Read(
            ref reader, table, [.. profiles.Select(static profile => profile.Resolved)], linkable);
        reader.Require(reader.AtEnd, "bytes follow the end");
        return new HomeView(home, seq, policyVersion, new Lazy<ResolvedPartition>(resolution), [.. profiles]);
    }

    private static void WriteProfile(FactWriter writer, IdentifierTable table, ProfileView profile)
    {
        var identifiers = profile.Resolved.Identifiers;
        writer.Unsigned((ulong)identifiers.Length);
        for (var i = 0; i < identifiers.Length; i++)
        {
            table.WritePlace(writer, identifiers[i]);
            writer.Key(profile.Keys[i]);
            writer.Byte(profile.Linkable[i] ? (byte)1 : (byte)0);
        }
        writer.Unsigned((ulong)identifiers.IndexOf(profile.Resolved.Anchor));
        writer.Unsigned((ulong)profile.Traits.Count);
        foreach (var (name, trait) in profile.Traits)
        {
            WriteText(writer, name);
            writer.Byte((byte)trait.Tier);
            WriteOrigin(writer, trait.Origin);
            WriteText(writer, trait.Json);
        }
        writer.Unsigned((ulong)profile.Consents.Count);
        foreach (var (purpose, state) in profile.Consents)
        {
            WriteText(writer, purpose);
            writer.Byte(state.IsGranted ? (byte)1 : (byte)0);
            WriteOrigin(writer, state.Origin);
        }
        writer.Unsigned((ulong)profile.Facts.Length);
        foreach (var facts in profile.Facts)
        {
            var bytes = new ArrayBufferWriter<byte>();
            FactGroupFormat.Write(facts, bytes, withSeq: true);
            writer.Unsigned((ulong)bytes.WrittenCount);
            writer.Bytes(bytes.WrittenSpan);
        }
    }

    private static ProfileView ReadProfile(ref FactReader reader, IdentifierTable table, HashSet<Identifier> linkable)
    {
        var identifiers = new Identifier[reader.Count(MinMemberBytes)];
        reader.Require(identifiers.Length > 0, "a profile without an identifier");
        var keys = new IdentifierKey[identifiers.Length];
        var isLinkable = new bool[identifiers.Length];
        for (var i = 0; i < identifiers.Length; i++)
        {
            identifiers[i] = table.ReadPlace(ref reader);
            keys[i] = reader.IdentifierKey();
            isLinkable[i] = ReadFlag(ref reader);
            if (isLinkable[i]) linkable.Add(identifiers[i]);
        }
        var anchor = (int)reader.Unsigned(identifiers.Length - 1);
        var traits = ReadTraits(ref reader);
        var consents = ReadConsents(ref reader);
        var facts = new FactGroupView[reader.Count(1)];
        for (var i = 0; i < facts.Length; i++)
            facts[i] = FactGroupFormat.Read(reader.Take(reader.Count(1))).Snapshot();
        return new ProfileView(
            new ProfileId(keys[anchor]), new ResolvedProfile([.. identifiers], identifiers[anchor]), [.. keys],
            [.. isLinkable], traits, consents, [.. facts]);
    }

    private static KeyValuePair<string, RatedTrait>[] ReadTraits(ref FactReader reader)
    {
        var traits = new KeyValuePair<string, RatedTrait>[reader.Count(MinTraitBytes)];
        for (var i = 0; i < traits.Length; i++)
        {
            var name = ReadText(ref reader);
            var tier = (ReliabilityTier)reader.Byte();
            reader.Require(Enum.IsDefined(tier), "an unknown reliability tier");
            var declared = new DeclaredTrait(ReadOrigin(ref reader), ReadText(ref reader));
            traits[i] = new(name, new RatedTrait(declared, tier));
        }
        return traits;
    }

    private static KeyValuePair<string, ConsentState>[] ReadConsents(ref FactReader reader)
    {
        var consents = new KeyValuePair<string, ConsentState>[reader.Count(MinConsentBytes)];
        for (var i = 0; i < consents.Length; i++)
            consents[i] = new(ReadText(ref reader), new ConsentState(ReadFlag(ref reader), ReadOrigin(ref reader)));
        return consents;
    }
}
