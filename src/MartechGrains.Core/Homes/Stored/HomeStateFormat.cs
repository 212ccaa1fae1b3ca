using System.Buffers;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.Stored;

/// <summary>
/// The binary form of a home's state, for snapshots; one leading byte tells its version. It is canonical: equal states
/// give equal bytes, and a state read back folds what follows exactly as the one that was written.
/// It holds personal data (identifiers, traits, consent) in the clear and must be sealed before it is stored.
/// Left out is what loading decides: <see cref="JoinLedger.Recovered"/>.
/// It is a copy of what the journal says, never more: erasing part of the journal makes it stale, and whoever erases
/// deletes it, so that it is written anew from what is left.
/// </summary>
public static class HomeStateFormat
{
    private const byte Version = 3;
    private const int MinAbsorbedBytes = IdentifierKey.Size + 1;

    /// <summary>Writes all that folding has made of the home's journal.</summary>
    public static void Write(HomeState state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(output);
        var writer = new FactWriter(output);
        writer.Byte(Version);
        writer.Key(state.Id.Founder);
        writer.Unsigned((ulong)state.PolicyVersion);
        writer.Unsigned((ulong)state.Seq);
        writer.Unsigned((ulong)state.NewestTime.Milliseconds);
        WriteOptional(writer, state.MovingTo);
        writer.Unsigned((ulong)state.MovingHead);
        WriteOptional(writer, state.MovedTo);
        writer.Unsigned((ulong)state.AbsorbedHomes.Count);
        foreach (var (loser, head) in state.AbsorbedHomes.Order())
        {
            writer.Key(loser.Founder);
            writer.Unsigned((ulong)head);
        }
        state.Ledger.Write(writer);
        state.Joins.Write(writer);
        DecisionLedgerFormat.Write(state.Decisions, writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">What was written.</param>
    /// <param name="home">The home it must be of.</param>
    /// <param name="policies">The policy versions there are.</param>
    /// <exception cref="FactFormatException">
    /// Other bytes, another home or an unknown policy version: fold the journal instead.
    /// </exception>
    public static HomeState Read(ReadOnlySpan<byte> bytes, HomeId home, IdentityPolicies policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        var reader = new FactReader(bytes);
        reader.Require(reader.Byte() == Version, "unknown version of a home's state");
        reader.Require(reader.IdentifierKey() == home.Founder, "the state of another home");
        var policyVersion = (int)reader.Unsigned(int.MaxValue);
        reader.Require(policyVersion == 0 || policies.Contains(policyVersion), "an unknown version of the policy");
        var progress = new HomeProgress(
            (int)reader.Unsigned(int.MaxValue),
            new IngestTime(reader.Unsigned(long.MaxValue)),
            policyVersion,
            ReadOptional(ref reader),
            (int)reader.Unsigned(int.MaxValue),
            ReadOptional(ref reader));
        var absorbed = new (HomeId Loser, int Head)[reader.Count(MinAbsorbedBytes)];
        for (var i = 0; i < absorbed.Length; i++)
        {
            absorbed[i] = (new HomeId(reader.IdentifierKey()), (int)reader.Unsigned(int.MaxValue));
            reader.Require(i == 0 || absorbed[i - 1].CompareTo(absorbed[i]) < 0, "absorbed homes are out of order");
        }
        var ledger = HomeLedger.Read(ref reader);
        var joins = JoinLedger.Read(ref reader);
        var decisions = DecisionLedgerFormat.Read(ref reader, ledger);
        reader.Require(reader.AtEnd, "bytes follow the end");
        return HomeState.Restore(home, policies, progress, absorbed, ledger, joins, decisions);
    }

    private static void WriteOptional(FactWriter writer, HomeId? home)
    {
        writer.Byte(home is null ? (byte)0 : (byte)1);
        if (home is { } present) writer.Key(present.Founder);
    }

    private static HomeId? ReadOptional(ref FactReader reader) =>
        ReadFlag(ref reader) ? new HomeId(reader.IdentifierKey()) : null;
}
