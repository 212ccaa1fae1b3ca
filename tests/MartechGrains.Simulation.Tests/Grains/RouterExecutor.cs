using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// Carries out the steps of routers, readers and the sweep: each becomes calls to grains, or a look at rows. What one
/// heard of pointers it remembers, and may use when it is old.
/// </summary>
internal sealed class RouterExecutor(Cluster cluster)
{
    private const double RegistersItself = 0.5;
    private readonly Dictionary<IdentifierKey, PointerView?> _hints = [];

    private Rules Rules => cluster.Rules;

    /// <summary>What was last heard of a pointer; null without a row, or where nothing was heard.</summary>
    public PointerView? HintOf(IdentifierKey key) => _hints.GetValueOrDefault(key);

    /// <summary>Carries one step out.</summary>
    /// <param name="step">The step.</param>
    /// <param name="done">Called once, with whether it was answered.</param>
    public void CarryOut(RouterStep step, Action<bool> done)
    {
        switch (step)
        {
            case FindPointersStep find:
                Find(find, find.Identifiers.Single(), done);
                break;
            case LearnPointerStep learn:
                _hints[learn.Identifier] = learn.View;
                done(true);
                break;
            case LearnHomeStep learn:
                foreach (var key in learn.Identifiers)
                    if (HintOf(key) is { } known) _hints[key] = known with { Home = learn.Home };
                done(true);
                break;
            case AreKnownStep known:
                known.Reply = [.. known.Identifiers.Select(key => !_hints.TryGetValue(key, out var hint)
                    || hint is not null || !cluster.Scheduler.Dice.Chance(RegistersItself))];
                done(true);
                break;
            case MeetStep meet:
                AtStore(() => meet.Reply = [.. meet.Meetings.Select(Meet)], done);
                break;
            case RegisterStep register:
                AtStore(() => register.Reply = [.. register.Rows.Select(row =>
                    cluster.Store.Insert(row.Key, row.Value))], done);
                break;
            default:
                Send([.. CallsOf(step)], done);
                break;
        }
    }

    /// <summary>The calls to grains that a step makes.</summary>
    public IEnumerable<Call> CallsOf(RouterStep step)
    {
        switch (step)
        {
            case JoinStep join:
                return CallsOf(join);
            case RepointStep repoint:
                return [new Call<JoinReply>(Address.Of(repoint.Identifier), "repoint",
                    to => new RepointMessage(to, repoint.From, repoint.To), static _ => { })];
            case HandledStep handled:
                return [new Call<JoinReply>(Address.Of(handled.Identifier), "handled",
                    to => new HandledMessage(to, handled.Homes, handled.Epoch), reply => handled.Reply = reply)];
            case ToDoStep toDo:
                return [new Call<JoinReply>(Address.Of(toDo.Identifier), "to do?",
                    static to => new ToDoMessage(to), reply => toDo.Reply = reply)];
            case DecideValueStep decide:
                return [new Call<JoinReply>(Address.Of(decide.Identifier), "linkable",
                    to => new DecideValueMessage(to, new HomeId(decide.Identifier), decide.Decision),
                    reply => decide.Reply = reply)];
            case ApplyStep apply:
                return [new Call<ApplyReply>(Address.Of(apply.Home), "apply",
                    to => new ApplyMessage(to, [.. apply.Events.Select(Seen)]), reply => apply.Reply = reply)];
            case DecideStep decide:
                return [new Call<DecideReply>(Address.Of(decide.Home), "decide",
                    to => new DecideMessage(to, [.. decide.Decisions.Select(Seen)]), reply => decide.Reply = reply)];
            case AdoptStep adopt:
                return [new Call<ConfirmReply>(Address.Of(adopt.Home), "adopt",
                    to => new AdoptMessage(to, adopt.Version), reply => adopt.Reply = reply)];
            case ConfirmStep confirm:
                return [new Call<ConfirmReply>(Address.Of(confirm.Home), "confirm",
                    to => new ConfirmMessage(to, confirm.Confirmations), reply => confirm.Reply = reply)];
            case OpenJoinsStep open:
                return [new Call<ConfirmReply>(Address.Of(open.Home), "open joins?",
                    to => new OpenJoinsMessage(to, open.Identifiers), reply => open.Reply = reply)];
            case MoveStep move:
                return [new Call<HomeId>(Address.Of(move.Home), "move",
                    to => new MoveMessage(to, move.Winner), reply => move.Reply = reply)];
            case ReadStep read:
                return [new Call<HomeReading>(Address.Of(read.Home), "read",
                    static to => new ReadMessage(to), reply => read.Reply = reply)];
            default:
                throw new ArgumentException($"Nobody takes {step.GetType().Name}.", nameof(step));
        }
    }

    private IEnumerable<Call> CallsOf(JoinStep join)
    {
        var replies = new JoinReply[join.Requests.Length];
        for (var i = 0; i < replies.Length; i++)
        {
            var (place, request) = (i, join.Requests[i]);
            if (!Rules.ReportEachChange && request.Join is { Member: false, Carrier: false })
            {
                replies[i] = new JoinReply(request.Home, 0, false, false, []);
                join.Reply = [.. replies];
                continue;
            }

            yield return new Call<JoinReply>(Address.Of(request.Join.Identifier), "join",
                to => new JoinMessage(to, request), reply =>
                {
                    replies[place] = reply;
                    join.Reply = [.. replies];
                });
        }
    }

    private void Send(IReadOnlyList<Call> calls, Action<bool> done)
    {
        if (calls.Count == 0)
        {
            done(true);
            return;
        }

        var (missing, answered) = (calls.Count, true);
        foreach (var call in calls)
        {
            cluster.Trace($"{call.What} -> {cluster.NameOf(call.To)}");
            cluster.Send(call, reached =>
            {
                answered &= reached;
                if (--missing == 0) done(answered);
            });
        }
    }

    private void Find(FindPointersStep find, IdentifierKey key, Action<bool> done)
    {
        var (dice, faults) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults);
        if (_hints.TryGetValue(key, out var hint) && dice.Chance(faults.Rates.StaleRow))
        {
            faults.Hit(FaultKind.StaleRow);
            find.Reply = Found(key, hint);
            done(true);
            return;
        }

        AtStore(
            () =>
            {
                var view = cluster.Store.ViewOf(key);
                _hints[key] = view;
                find.Reply = Found(key, view);
            },
            done);
    }

    private static Dictionary<IdentifierKey, PointerView> Found(IdentifierKey key, PointerView? view) =>
        view is { } known ? new() { [key] = known } : [];

    private HomeId Meet(Rendezvous meeting)
    {
        if (!Rules.Rendezvous) return meeting.Home;
        var key = Rules.RendezvousBySmallestKey
            ? meeting.Meeting
            : cluster.World.StrongestOf(meeting.Event, cluster.Policies.Newest);
        return cluster.Store.Meet(key, meeting.Event, meeting.Home);
    }

    /// <summary>An event as a home gets to see it, without some rules.</summary>
    private RoutedEvent Seen(RoutedEvent routed)
    {
        if (!Rules.MembersUnite) return routed with { Linkable = [] };
        if (Rules.InertMeetBySmallestKey) return routed;
        var isAnyLinkable = routed.Event.Identifiers.Any(identifier =>
            HintOf(cluster.World.KeyOf(identifier)) is { } view
                ? !view.Inert
                : !cluster.Policies.Newest.IsBlocked(identifier));
        return isAnyLinkable ? routed : routed with { Linkable = [] };
    }

    private RoutedDecision Seen(RoutedDecision routed) =>
        routed.Decision.Kind == DecisionKind.MustLink && !Rules.MustLinksJoinBothEnds
            ? routed with { Members = routed.Members[..1] }
            : routed;

    /// <summary>Reads or writes past the grains; the store may not answer.</summary>
    private void AtStore(Action act, Action<bool> done)
    {
        var (dice, faults) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults);
        if (dice.Chance(faults.Rates.Message))
        {
            faults.Hit(FaultKind.LostRequest);
            cluster.Scheduler.Post(() => done(false));
            return;
        }

        cluster.Scheduler.Post(() =>
        {
            act();
            if (dice.Chance(faults.Rates.Message))
            {
                faults.Hit(FaultKind.LostReply);
                done(false);
            }
            else
            {
                cluster.Scheduler.Post(() => done(true));
            }
        });
    }
}
