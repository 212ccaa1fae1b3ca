using System.Buffers;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Grains;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>The network, the activations of all grains and the store behind them.</summary>
internal sealed class Cluster
{
    /// <summary>For how many steps a lease is good.</summary>
    private const int LeaseSpan = 48;

    private readonly Dictionary<Address, List<Activation>> _activations = [];
    private readonly List<Activation> _all = [];
    private readonly List<IdentityPolicies> _policies = [];
    private int _activated;

    public Cluster(Scheduler scheduler, IdentityPolicy policy, World world, Rules rules)
    {
        Scheduler = scheduler;
        Policies = new IdentityPolicies(policy);
        _policies.Add(Policies);
        World = world;
        Rules = rules;
        Store = new DurableStore(this);
        scheduler.AfterStep = CrashAtRandom;
    }

    public Scheduler Scheduler { get; }

    /// <summary>The versions of the policy that have been published so far.</summary>
    public IdentityPolicies Policies { get; private set; }

    public World World { get; }

    public Rules Rules { get; }

    public DurableStore Store { get; }

    public Tally Tally { get; } = new();

    /// <summary>Whether lookups may find live views; otherwise all are made at homes.</summary>
    public bool HasReadersOfViews { get; init; } = true;

    /// <summary>Most carriers that an identifier's row holds itself.</summary>
    public int Room { get; init; } = PointerState.MaxHeld;

    public List<string> Violations { get; } = [];

    /// <summary>For directed schedules: that activation crashes before its next write.</summary>
    public Address? LoseNextCommitOf { get; set; }

    /// <summary>For directed schedules: the next write of that activation stays on its way to disk.</summary>
    public Address? HoldNextCommitOf { get; set; }

    /// <summary>The write that stayed on its way, to go on with.</summary>
    public Action? HeldCommit { get; set; }

    /// <summary>What the live views of all silos that hold their lease show of an identifier.</summary>
    public IEnumerable<HomeView> LiveViewsOf(IdentifierKey key) => _all.OfType<HomeActivation>()
        .Where(static home => home is { Dead: false, View: not null, HoldsLease: true })
        .Select(static home => home.View!)
        .Where(view => view.Find(key) is { } profile
            && view.Resolution.IsLinkable(World.IdentifierOf(key)) && profile.Keys.Contains(key));

    public int NextNumber() => ++_activated;

    public void Publish(IdentityPolicy policy)
    {
        Policies = Policies.With(policy);
        _policies.Add(Policies);
    }

    /// <summary>
    /// The versions that a router or a home knows of: while a change is on its way, perhaps not the newest.
    /// </summary>
    public IdentityPolicies PoliciesSomewhere()
    {
        if (_policies.Count == 1 || !Scheduler.Faults.Active) return Policies;
        var known = _policies[Scheduler.Dice.Next(_policies.Count)];
        if (known != Policies) Scheduler.Faults.Hit(FaultKind.StalePolicy);
        return known;
    }

    /// <summary>Makes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="done">
    /// Called once: with whether there was an answer; without one the call timed out, or was refused.
    /// </param>
    public void Send(Call call, Action<bool> done)
    {
        var (faults, dice) = (Scheduler.Faults, Scheduler.Dice);
        var isWaiting = true;
        if (!faults.Active)
        {
            Scheduler.Post(() => Deliver(call.To, call.Ask(this, Complete)));
            return;
        }

        var rate = faults.Rates.Message;
        var fate = dice.NextDouble();
        if (fate < rate)
        {
            faults.Hit(FaultKind.LostRequest);
            Scheduler.Post(() => Complete(false));
            return;
        }

        if (fate < 1.5 * rate)
        {
            faults.Hit(FaultKind.AbandonedRequestArrivesLate);
            Scheduler.Post(() => Complete(false));
            Scheduler.PostLate(() => Deliver(call.To, call.Copy(this)));
            return;
        }

        if (fate < 2 * rate)
        {
            faults.Hit(FaultKind.CallerGaveUp);
            Scheduler.Post(() => Complete(false));
            Scheduler.PostMessage(() => Deliver(call.To, call.Copy(this)));
            return;
        }

        if (fate < 3 * rate)
        {
            faults.Hit(FaultKind.DuplicatedRequest);
            Scheduler.PostMessage(() => Deliver(call.To, call.Copy(this)));
        }

        Scheduler.PostMessage(() => Deliver(call.To, call.Ask(this, Complete)));

        void Complete(bool answered)
        {
            if (!isWaiting) return;
            isWaiting = false;
            done(answered);
        }
    }

    public void Remove(Activation activation)
    {
        _all.Remove(activation);
        if (_activations.TryGetValue(activation.Address, out var there)) there.Remove(activation);
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
        _activations[address].Remove(activation);
        return activation;
    }

    /// <summary>
    /// The silo of a grain is taken for dead although it is not, and the grain is activated elsewhere, where all
    /// messages go.
    /// </summary>
    /// <param name="address">The grain, of which there is one activation.</param>
    /// <param name="span">For how many steps the lease of that silo is still good.</param>
    /// <returns>The activation that does not know of it.</returns>
    public Activation TakeOver(Address address, int span)
    {
        var stale = _activations[address].Single();
        TakeOver(stale, span);
        _activations[address].Remove(stale);
        return stale;
    }

    /// <summary>Looks whether what homes have in memory is what their journals say, bit by bit.</summary>
    public void CompareMemories()
    {
        foreach (var home in _all.OfType<HomeActivation>())
        {
            if (home.Settled is not { } memory) continue;
            Tally.Compared++;
            var journal = Store.Folded.At(memory.State.Id).State;
            if (!BytesOf(memory.State).SequenceEqual(BytesOf(journal)))
                Violate($"{World.NameOf(memory.State.Id)} has in memory what its journal does not say");
        }

        static ReadOnlySpan<byte> BytesOf(HomeState state)
        {
            var bytes = new ArrayBufferWriter<byte>();
            HomeStateFormat.Write(state, bytes);
            return bytes.WrittenSpan;
        }
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

    /// <summary>A silo that was taken for dead ends some time after its lease has run out.</summary>
    private void End(Activation stale)
    {
        if (stale.HoldsLease && Rules.AnswerUnderLease) Scheduler.PostLate(() => End(stale));
        else stale.Kill("its silo ends");
    }

    private void TakeOver(Activation standing, int span) =>
        Activate(standing.Address, standing.Supersede(span));

    private Activation Activate(Address address, long answersFrom = 0)
    {
        Activation activation = address.Kind == AddressKind.Home
            ? new HomeActivation(this, new HomeId(address.Key))
            : new PointerActivation(this, address.Key);
        activation.AnswersFrom = answersFrom;
        if (!_activations.TryGetValue(address, out var activations)) _activations.Add(address, activations = []);
        activations.Add(activation);
        _all.Add(activation);
        activation.Begin();
        return activation;
    }

    private void Deliver(Address to, Message message)
    {
        if (!_activations.TryGetValue(to, out var there) || there.Count == 0)
        {
            Activate(to);
            there = _activations[to];
        }
        else if (there.TrueForAll(static one => one.IsSuperseded))
        {
            Activate(to, there.Max(static one => one.StatedEnd));
        }
        else if (there.Count == 1 && Scheduler.Dice.Chance(Scheduler.Faults.Rates.Message / 2))
        {
            Scheduler.Faults.Hit(FaultKind.SecondActivation);
            Trace($"SECOND ACTIVATION {NameOf(to)}");
            var stale = there[0];
            TakeOver(stale, 1 + Scheduler.Dice.Next(LeaseSpan));
            Scheduler.PostLate(() => End(stale));
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
}

/// <summary>What a run exercised beside its faults.</summary>
internal sealed class Tally
{
    /// <summary>Appends of homes.</summary>
    public long Appends { get; set; }

    /// <summary>Appends that more than one message shared.</summary>
    public long SharedAppends { get; set; }

    /// <summary>Answers that went ahead of the disk.</summary>
    public long WentAhead { get; set; }

    /// <summary>Views that were withdrawn.</summary>
    public long Withdrawn { get; set; }

    /// <summary>Lookups that a live view answered.</summary>
    public long FromViews { get; set; }

    /// <summary>Reads that homes answered beside a turn.</summary>
    public long BesideTurns { get; set; }

    /// <summary>Homes in memory that were compared with their journals.</summary>
    public long Compared { get; set; }

    /// <summary>Events that unions were about to displace.</summary>
    public long Displaced { get; set; }

    public void Add(Tally other)
    {
        Appends += other.Appends;
        SharedAppends += other.SharedAppends;
        WentAhead += other.WentAhead;
        Withdrawn += other.Withdrawn;
        FromViews += other.FromViews;
        BesideTurns += other.BesideTurns;
        Compared += other.Compared;
        Displaced += other.Displaced;
    }
}
