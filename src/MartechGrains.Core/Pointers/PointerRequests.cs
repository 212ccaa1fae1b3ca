using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Pointers;

/// <summary>Something an identifier's pointer is asked. The answer is how it stands then.</summary>
public abstract class PointerMessage : Message<JoinReply>
{
    private protected PointerMessage(IReplyTo<JoinReply> to)
        : base(to)
    {
    }

    /// <summary>Homes whose carriers it has to know.</summary>
    internal virtual ImmutableArray<HomeId> Homes => [];

    /// <summary>
    /// Whether whoever asks goes on to do what is to be done, and so needs to be told of carriers in rows of their own.
    /// </summary>
    internal virtual bool AsksForWork => true;
}

/// <summary>A home registers, or makes itself and its neighbours known.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="request">What the home asks.</param>
public sealed class JoinMessage(IReplyTo<JoinReply> to, JoinRequest request) : PointerMessage(to)
{
    /// <summary>What the home asks.</summary>
    public JoinRequest Request { get; } = request;

    internal override ImmutableArray<HomeId> Homes => PointerRules.HomesOf(Request);

    internal override bool AsksForWork => false;
}

/// <summary>Point elsewhere after a union. Nobody waits for the answer.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="from">Where the pointer stands.</param>
/// <param name="target">Where it shall stand: a smaller home.</param>
public sealed class RepointMessage(IReplyTo<JoinReply> to, HomeId from, HomeId target) : PointerMessage(to)
{
    /// <summary>Where the pointer stands.</summary>
    public HomeId From { get; } = from;

    /// <summary>Where it shall stand.</summary>
    public HomeId Target { get; } = target;

    internal override bool AsksForWork => false;
}

/// <summary>Homes were told of an epoch, or united for it.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="homes">The homes.</param>
/// <param name="epoch">The epoch.</param>
public sealed class HandledMessage(IReplyTo<JoinReply> to, ImmutableArray<HomeId> homes, long epoch)
    : PointerMessage(to)
{
    /// <summary>The homes that were handled.</summary>
    public ImmutableArray<HomeId> Handled { get; } = homes;

    /// <summary>The epoch.</summary>
    public long Epoch { get; } = epoch;

    internal override ImmutableArray<HomeId> Homes => Handled;
}

/// <summary>What is to be done next?</summary>
/// <param name="to">Who waits for the answer.</param>
public sealed class ToDoMessage(IReplyTo<JoinReply> to) : PointerMessage(to);

/// <summary>An operator's decision that the value links, or its undoing.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="founder">The home to point at where there is no row.</param>
/// <param name="decision">The decision.</param>
public sealed class DecideValueMessage(IReplyTo<JoinReply> to, HomeId founder, LinkableDecision decision)
    : PointerMessage(to)
{
    /// <summary>The home to point at where there is no row.</summary>
    public HomeId Founder { get; } = founder;

    /// <summary>The decision.</summary>
    public LinkableDecision Decision { get; } = decision;
}
