using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// Something a pointer's machine wants done before it goes on; to be carried out before the next is asked for.
/// </summary>
public abstract class PointerEffect
{
    private protected PointerEffect()
    {
    }
}

/// <summary>An effect whose outcome the machine needs.</summary>
/// <typeparam name="TReply">The outcome's type.</typeparam>
public abstract class PointerEffect<TReply> : PointerEffect
{
    private protected PointerEffect()
    {
    }

    /// <summary>What came of it.</summary>
    [MaybeNull]
    public TReply Reply { get; set; }
}

/// <summary>
/// Wait until no activation before this one can answer: until the lease of the silo where the pointer was has run out,
/// if that silo did not hand over (rule H11).
/// </summary>
public sealed class AwaitPointerLeaseEffect : PointerEffect;

/// <summary>Read the row. Reply: what it stores, or null without a row.</summary>
public sealed class ReadPointerEffect : PointerEffect<PointerSnapshot?>;

/// <summary>
/// Write the row as its next version, with carriers in rows of their own, by compare and set (rule H10). If it does not
/// succeed memory and disk may differ: the machine is to be thrown away. Reply: what the row stores now.
/// </summary>
public sealed class WritePointerEffect : PointerEffect<PointerSnapshot>
{
    internal WritePointerEffect(PointerChange change) => Change = change;

    /// <summary>What to write.</summary>
    public PointerChange Change { get; }
}

/// <summary>Read carriers that are rows of their own. Reply: those of the given homes that there are.</summary>
public sealed class FindCarriersEffect : PointerEffect<IReadOnlyList<KeyValuePair<HomeId, Carrier>>>
{
    internal FindCarriersEffect(ImmutableArray<HomeId> homes) => Homes = homes;

    /// <summary>The homes.</summary>
    public ImmutableArray<HomeId> Homes { get; }
}

/// <summary>
/// Read all carriers that are rows of their own, page by page. Reply: the next page; empty at the end.
/// </summary>
public sealed class ReadCarriersEffect : PointerEffect<IReadOnlyList<KeyValuePair<HomeId, Carrier>>>
{
    /// <summary>Most carriers of one reply.</summary>
    public const int PageSize = 1024;

    internal ReadCarriersEffect()
    {
    }

    /// <summary>The home after which to read; null at the beginning.</summary>
    public HomeId? After { get; internal set; }
}

/// <summary>
/// Read homes whose carriers are rows of their own and remain to be handled. Reply: at most <see cref="MaxHomes"/> of
/// them.
/// </summary>
public sealed class FindUnhandledEffect : PointerEffect<ImmutableArray<HomeId>>
{
    /// <summary>Most homes of the reply.</summary>
    public const int MaxHomes = PointerState.MaxToDo;

    internal FindUnhandledEffect(long epoch) => Epoch = epoch;

    /// <summary>They were handled for none, or for an earlier epoch than this.</summary>
    public long Epoch { get; }
}

/// <summary>Hand the answer of a message over.</summary>
public sealed class PointerReplyEffect : PointerEffect
{
    internal PointerReplyEffect()
    {
    }

    /// <summary>The message, with its answer.</summary>
    public Message Message { get; internal set; } = null!;
}
