using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

/// <summary>
/// Brings events to one home and completes their joins. When it ends they are on disk, in their profiles, and visible
/// to every lookup that begins afterwards. Result: what became of each, in order.
/// </summary>
/// <param name="target">The home.</param>
/// <param name="events">The events.</param>
public sealed class DeliverRoutine(HomeId target, ImmutableArray<RoutedEvent> events)
    : Routine<RouterStep, ImmutableArray<ApplyStatus>>
{
    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        var apply = new ApplyStep(target, events);
        var send = new SendRoutine<ApplyReply>(apply);
        foreach (var step in send.Run()) yield return step;
        if (!apply.Reply!.Open.IsEmpty)
        {
            var join = new JoinRoutine(send.Result, apply.Reply.Open);
            foreach (var step in join.Run()) yield return step;
        }
        Result = apply.Reply.Statuses;
        if (send.Result == target) yield break;
        foreach (var routed in events) yield return new LearnHomeStep(routed.Linkable, send.Result);
    }
}
