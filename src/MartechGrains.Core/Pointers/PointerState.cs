using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// The durable state of one identifier: its pointer, and what decides whether its value links. Immutable.
/// A value that many homes carry has most of its carriers as rows of their own, so that one more costs the same
/// whatever their number.
/// </summary>
public sealed record PointerState
{
    /// <summary>Most carriers that are held in the state itself.</summary>
    public const int MaxHeld = 16;

    /// <summary>Most homes that one answer asks to be handled.</summary>
    public const int MaxToDo = 64;

    /// <summary>Most operator decisions about one value.</summary>
    public const int MaxDecisions = 64;

    /// <summary>Row version, for compare and set (rule H10); 0 before the first write.</summary>
    public int Version { get; init; }

    /// <summary>The home it points at.</summary>
    public required HomeId Home { get; init; }

    /// <summary>How often it has changed whether the value links.</summary>
    public long Epoch { get; init; }

    /// <summary>Whether the value links nothing, as homes are told.</summary>
    public bool Inert { get; init; }

    /// <summary>
    /// The value shall link again. Its carriers are united first; it stays inert until they are one home, so that no
    /// lookup by it sees a part of them (rule H22).
    /// </summary>
    public bool Uniting { get; init; }

    /// <summary>Carriers with a smaller <see cref="Carrier.Handled"/> remain to be told, or to be united.</summary>
    public long CarrierEpoch { get; init; }

    /// <summary>All carriers are one home, which remains to be told that the value links.</summary>
    public bool TellHome { get; init; }

    /// <summary>What the newest policy says of the value that any home has told of (rules H30 to H33).</summary>
    public ValueRule Rule { get; init; }

    /// <summary>Whether the value has as many neighbours as make it generic.</summary>
    public bool OverThreshold { get; init; }

    /// <summary>The policy version under which <see cref="OverThreshold"/> is certain.</summary>
    public int JudgedVersion { get; init; }

    /// <summary>Carriers that are held here, those that have moved included; at most <see cref="MaxHeld"/>.</summary>
    public ImmutableSortedDictionary<HomeId, Carrier> Carriers { get; init; } =
        ImmutableSortedDictionary<HomeId, Carrier>.Empty;

    /// <summary>Neighbours were reported that were not counted together with those of spilled carriers.</summary>
    public bool Uncounted { get; init; }

    /// <summary>Whether there are carriers in rows of their own.</summary>
    public bool HasSpilled { get; init; }

    /// <summary>Whether some of those rows may remain to be handled.</summary>
    public bool SpilledToDo { get; init; }

    /// <summary>Carriers that have not moved, held and spilled.</summary>
    public int Live { get; init; }

    /// <summary>Those of them that have not yet spoken under the policy version of <see cref="Rule"/>.</summary>
    public int Behind { get; init; }

    /// <summary>What operators decided: that the value links whatever the policy says of it.</summary>
    public ImmutableSortedDictionary<DecisionId, LinkableDecision> Decisions { get; init; } =
        ImmutableSortedDictionary<DecisionId, LinkableDecision>.Empty;

    /// <summary>What a router sees of it.</summary>
    public PointerView View => new(Home, Inert && !Uniting, IsUnsettled);

    /// <summary>Whether homes remain to be told or united.</summary>
    public bool IsUnsettled => Uniting || TellHome || SpilledToDo || HasToDo(Carriers, CarrierEpoch);

    /// <summary>Whether an operator's decision in force lets the value link.</summary>
    public bool IsLinkableByDecision
    {
        get
        {
            foreach (var (_, decision) in Decisions)
                if (decision.Undone is null) return true;
            return false;
        }
    }

    /// <summary>The state of an identifier that a home claims for the first time, before its row is written.</summary>
    public static PointerState RegisteredWith(HomeId home) => new() { Home = home };

    /// <summary>The answer to whoever asked: with homes to handle among those held here.</summary>
    public JoinReply Reply() => Reply(TellHome ? [Home] : HeldToDo(MaxToDo));

    /// <summary>The answer to whoever asked, with homes to handle.</summary>
    public JoinReply Reply(ImmutableArray<HomeId> toDo) => new(Home, Epoch, Inert, Uniting, toDo);

    /// <summary>Whether any of these carriers remains to be told or united.</summary>
    internal static bool HasToDo(ImmutableSortedDictionary<HomeId, Carrier> carriers, long epoch)
    {
        foreach (var (_, carrier) in carriers)
            if (IsToDo(carrier, epoch)) return true;
        return false;
    }

    private ImmutableArray<HomeId> HeldToDo(int most)
    {
        ImmutableArray<HomeId>.Builder? found = null;
        foreach (var (home, carrier) in Carriers)
        {
            if (!IsToDo(carrier, CarrierEpoch)) continue;
            found ??= ImmutableArray.CreateBuilder<HomeId>();
            found.Add(home);
            if (found.Count == most) break;
        }
        return found?.DrainToImmutable() ?? [];
    }

    private static bool IsToDo(Carrier carrier, long epoch) => !carrier.IsSuperseded && carrier.Handled < epoch;
}

/// <summary>A home that carries a value, as the value's grain knows it.</summary>
/// <param name="PolicyVersion">The policy under which it last spoke.</param>
/// <param name="ReportVersion">
/// The version of its newest report; 0 before the first, <see cref="Superseded"/> once it has moved.
/// </param>
/// <param name="Neighbours">Its neighbours in that report, sorted.</param>
/// <param name="Handled">The epoch of which it has been told, or for which it has been united.</param>
public sealed record Carrier(
    int PolicyVersion, int ReportVersion, ImmutableArray<Neighbour> Neighbours, long Handled)
{
    /// <summary>A version later than all: the home has moved and speaks no more (rules H19, H20).</summary>
    public const int Superseded = int.MaxValue;

    /// <summary>A home that has moved into another.</summary>
    public static readonly Carrier Moved = new(Superseded, Superseded, [], long.MaxValue);

    /// <summary>Whether it has moved.</summary>
    public bool IsSuperseded => ReportVersion == Superseded;
}
