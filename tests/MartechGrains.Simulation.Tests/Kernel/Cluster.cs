using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Grains;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>The network, the activations of all grains and the store behind them.</summary>
internal sealed class Cluster
{
    private readonly Dictionary<Address, List<Activation>> _activations = [];
    private readonly List<Activation> _all = [];

    public Cluster(Scheduler scheduler, IdentityPolicy policy, World world, Rules rules)
    {
        Scheduler = scheduler;
        Policies = new IdentityPolicies(policy);
        World = world;
        Rules = rules;
        Store = new DurableStore(this);
        scheduler.AfterStep = CrashAtRandom;
    }

    public Scheduler Scheduler { get; }

    /// <summary>The versions of the policy that have been given out so far.</summary>
    public IdentityPolicies Policies { get; set; }

    public World World { get; }

    public Rules Rules { get; }

    public DurableStore Store { get; }

    /// <summary>Most carriers that an identifier's row holds itself.</summary>
    public int Room { get; init; } = PointerState.MaxHeld;

    public List<string> Violations { get; } = [];

    /// <summary>For directed schedules: that activation crashes before its next write.</summary>
    public Address? LoseNextCommitOf { get; set; }

    /// <summary>
    /// The version that a router, or a home about to write, works under: while a change is on its way, any of them.
    /// </summary>
    public IdentityPolicy PolicySomewhere()
    {
        var newest = Policies.Newest;
        if (newest.Version == 1 || !Scheduler.Faults.Active) return newest;
        var policy = Policies.Of(1 + Scheduler.Dice.Next(newest.Version));
        if (policy != newest) Scheduler.Faults.Hit(FaultKind.StalePolicy);
        return policy;
    }

    /// <summary>Sends a request; the answer is null where the call timed out.</summary>
    public void Send(Address to, Request request, Action<object?> reply)
    {
        var (faults, dice) = (Scheduler.Faults, Scheduler.Dice);
        var call = new Call(reply);
        var message = new Message(request, call.Complete);
        if (!faults.Active)
        {
            Scheduler.Post(() => Deliver(to, message));
            return;
        }

        var rate = faults.Rates.Message;
        var fate = dice.NextDouble();
        if (fate < rate)
        {
            faults.Hit(FaultKind.LostRequest);
            Scheduler.Post(() => call.Complete(null));
            return;
        }

        if (fate < 1.5 * rate)
        {
            faults.Hit(FaultKind.AbandonedRequestArrivesLate);
            Scheduler.Post(() => call.Complete(null));
            Scheduler.PostLate(() => Deliver(to, new Message(request, null)));
            return;
        }

        if (fate < 2 * rate)
        {
            faults.Hit(FaultKind.CallerGaveUp);
            Scheduler.Post(() => call.Complete(null));
        }
        else if (fate < 3 * rate)
        {
            faults.Hit(FaultKind.DuplicatedRequest);
            Scheduler.PostMessage(() => Deliver(to, new Message(request, null)));
        }

        Scheduler.PostMessage(() => Deliver(to, message));
    }

    /// <summary>Sends an answer back; it may be lost.</summary>
    public void Answer(Action<object?>? reply, object? value)
    {
        if (reply is null) return;
        if (value is not null && Scheduler.Dice.Chance(Scheduler.Faults.Rates.Message))
        {
            Scheduler.Faults.Hit(FaultKind.LostReply);
            value = null;
        }

        Scheduler.Post(() => reply(value));
    }

    public void Remove(Activation activation)
    {
        _all.Remove(activation);
        _activations[activation.Address].Remove(activation);
    }

    public void KillAll(string why)
    {
        foreach (var activation in _all.ToArray()) activation.Kill(why);
    }

    public void KillAll(Address address, string why)
    {
        if (!_activations.TryGetValue(address, out var activations)) return;
        foreach (var activation in activations.ToArray()) activation.Kill(why);
    }

    /// <summary>
    /// Starts an activation that no message finds: a stale one, of which the directory knows nothing.
    /// </summary>
    public Activation ActivateUnknown(Address address)
    {
        var activation = Activate(address);
        Remove(activation);
        return activation;
    }

    /// <summary>Starts one more activation of a grain, next to the one that is there.</summary>
    public Activation Activate(Address address)
    {
        Activation activation = address.Kind == AddressKind.Home
            ? new HomeActivation(this, new HomeId(address.Key))
            : new IdentifierActivation(this, address.Key);
        if (!_activations.TryGetValue(address, out var activations)) _activations.Add(address, activations = []);
        activations.Add(activation);
        _all.Add(activation);
        return activation;
    }

    public void Violate(string what)
    {
        Violations.Add(what);
        Trace($"VIOLATION {what}");
    }

    public void Trace(FormattableString what)
    {
        if (Scheduler.Trace is { } trace) trace.Add($"{Scheduler.Steps,6} {FormattableString.Invariant(what)}");
    }

    public string NameOf(Address address) => Scheduler.Trace is null ? "" : World.NameOf(address);

    public string Describe(Request request) => Scheduler.Trace is null ? "" : World.Describe(request);

    private void Deliver(Address to, Message message)
    {
        if (to.Kind == AddressKind.Store)
        {
            Answer(message.Reply, Store.Handle(message.Request));
            return;
        }

        if (!_activations.TryGetValue(to, out var there) || there.Count == 0)
        {
            Activate(to);
            there = _activations[to];
        }
        else if (there.Count == 1 && Scheduler.Dice.Chance(Scheduler.Faults.Rates.Message / 2))
        {
            Scheduler.Faults.Hit(FaultKind.SecondActivation);
            Trace($"SECOND ACTIVATION {NameOf(to)}");
            Activate(to);
        }

        there[there.Count == 1 ? 0 : Scheduler.Dice.Next(there.Count)].Accept(message);
    }

    private void CrashAtRandom()
    {
        var (faults, dice) = (Scheduler.Faults, Scheduler.Dice);
        if (_all.Count == 0 || !dice.Chance(faults.Rates.Crash)) return;
        if (dice.Chance(0.8))
        {
            faults.Hit(FaultKind.ActivationCrash);
            _all[dice.Next(_all.Count)].Kill("crash");
            return;
        }

        faults.Hit(FaultKind.TotalCrash);
        KillAll("crash of all");
    }

    private sealed class Call(Action<object?> reply)
    {
        private Action<object?>? _reply = reply;

        public void Complete(object? value)
        {
            var waiting = _reply;
            _reply = null;
            waiting?.Invoke(value);
        }
    }
}
