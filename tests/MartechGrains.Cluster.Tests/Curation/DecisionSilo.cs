using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Grains;
using MartechGrains.Grains.Curation;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Recovery;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Walks;
using MartechGrains.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Xunit;

namespace MartechGrains.Cluster.Tests.Curation;

/// <summary>A silo in the words of an operator.</summary>
internal sealed class DecisionSilo : IAsyncDisposable
{
    public static readonly OperatorAct Act = new("ada", "a mistake at the counter", new(1_700_000_000_000));
    public static readonly OperatorAct Regret = new("bob", "it was right", new(1_700_000_000_001));

    private readonly OneSilo _silo;

    private DecisionSilo(OneSilo silo, FaultyStore store, HeldStorage storage) =>
        (_silo, Store, Storage) = (silo, store, storage);

    public SiloResources Services => _silo.Services;

    public FaultyStore Store { get; }

    public HeldStorage Storage { get; }

    /// <summary>Starts one over a journal, or over one of its own.</summary>
    /// <param name="journal">The journal; null for one of its own.</param>
    /// <param name="writer">A name that no other running silo over the journal has.</param>
    /// <param name="gate">Holds commits back while it is closed; null for none.</param>
    public static async Task<DecisionSilo> StartAsync(
        JournalFolder? journal = null, string writer = "a", CommitGate? gate = null)
    {
        FaultyStore store = null!;
        var storage = new HeldStorage();
        var silo = await OneSilo.StartAsync(
            inner => store = FaultyStore.Over(gate is null ? inner : gate.Before(inner)),
            silo => silo.Services.AddKeyedSingleton<IGrainStorage>(RegistryStorage.Name, storage),
            // Who gives up hears of it when the grain has: so tests know that it has.
            static client => client.Services.Configure<ClientMessagingOptions>(
                static options => options.WaitForCancellationAcknowledgement = true),
            journal, writer);
        return new DecisionSilo(silo, store, storage);
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    public T Of<T>() where T : notnull => _silo.Of<T>();

    public IDecisionGrain Grain(string request) =>
        _silo.Cluster.Client.GetGrain<IDecisionGrain>(DecisionId.Of(request).ToGuid());

    public Task DropAsync(string request) => _silo.Cluster.DeactivateAsync(Grain(request));

    public async Task SendAsync(params CanonicalEvent[] events)
    {
        foreach (var one in events)
            Assert.Equal(
                [new RoutedResult(ApplyStatus.Applied, null)], await Of<EventRouter>().RouteAsync([one], default));
    }

    public Task<DecisionPlan> PlanAsync(DecisionDraft draft, bool allowUnknown = false) =>
        Of<DecisionPlanner>().PlanAsync(draft, allowUnknown, default);

    /// <summary>Checks a draft and makes what comes of it; answers when it has reached all homes.</summary>
    public async Task<OperatorDecision> DecideAsync(string request, DecisionDraft draft)
    {
        var plan = await PlanAsync(draft);
        Assert.Null(plan.Refusal);
        var decision = new OperatorDecision(
            DecisionId.Of(request), draft.Kind, plan.Identifiers, draft.Source, draft.EventId,
            Act with { At = Services.Time.Now() });
        var reply = await Grain(request).Make(decision);
        Assert.Equal(DecisionOutcome.Kept, reply.Outcome);
        return await CompletedAsync(request);
    }

    public async Task<OperatorDecision> UndoAsync(string request)
    {
        Assert.Equal(DecisionOutcome.Kept, (await Grain(request).Undo(Regret)).Outcome);
        return await CompletedAsync(request);
    }

    public async Task<OperatorDecision> CompletedAsync(string request)
    {
        var status = await Grain(request).Complete(DecisionGrain.MaxPatience);
        Assert.True(status!.IsFinished);
        return status.Decision;
    }

    public async Task<ProfileView?> LookUpAsync(Identifier identifier) =>
        (await Of<ProfileReader>().FindAsync(_silo.Key(identifier), default))?.Profile;

    public async Task AssertTogetherAsync(Identifier one, Identifier other) =>
        Assert.Contains(other, (await LookUpAsync(one))!.Resolved.Identifiers);

    public async Task AssertApartAsync(Identifier one, Identifier other) =>
        Assert.DoesNotContain(other, (await LookUpAsync(one))!.Resolved.Identifiers);

    public async Task<long> CountAsync(Identifier identifier) =>
        (await LookUpAsync(identifier))?.Facts.Sum(static facts => facts.Count) ?? 0;

    public async Task<string> HashAsync()
    {
        using var hasher = ActivatorUtilities.CreateInstance<StateHasher>(_silo.Cluster.Silos[0].ServiceProvider);
        return Convert.ToHexString((await hasher.ComputeAsync(SampleEvents.Day + 1, default)).Hash);
    }

    public Task<int> SweepAsync() =>
        ActivatorUtilities.CreateInstance<UnfinishedSweep>(_silo.Cluster.Silos[0].ServiceProvider).SweepAsync(default);
}
