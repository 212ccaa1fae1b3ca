using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Curation;
using MartechGrains.Grains.Curation;
using Xunit;
using static MartechGrains.Cluster.Tests.Hosting.SampleEvents;

namespace MartechGrains.Cluster.Tests.Curation;

/// <summary>A decision whose row is on disk reaches its homes, whatever is lost in between.</summary>
public sealed class DecisionCrashTests : IAsyncLifetime
{
    private JournalFolder _journal = null!;

    public async Task InitializeAsync() => _journal = await JournalFolder.CreateAsync();

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sweep_finishes_what_was_lost_between_the_row_and_the_homes(bool isUndo)
    {
        var silo = await DecisionSilo.StartAsync(_journal, "a");
        await silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")));
        var decision = new OperatorDecision(
            Core.Curation.DecisionId.Of("r"), OperatorDecisionKind.MustLink, [User("ada"), Email("ada@a.b")], "", "",
            DecisionSilo.Act);
        if (isUndo)
        {
            await silo.Grain("r").Make(decision);
            await silo.CompletedAsync("r");
        }
        silo.Store.RefusesAppends = true;
        if (isUndo) await silo.Grain("r").Undo(DecisionSilo.Regret);
        else await silo.Grain("r").Make(decision);
        var given = await silo.Grain("r").Complete(DecisionGrain.MaxPatience);
        Assert.False(given!.IsFinished);
        await silo.DropAsync("r");
        Assert.False((await silo.Grain("r").Find())!.IsFinished);
        await silo.DisposeAsync();

        await using var next = await DecisionSilo.StartAsync(_journal, "b");
        await next.SweepAsync();
        Assert.True((await next.Grain("r").Find())!.IsFinished);
        if (isUndo) await next.AssertApartAsync(User("ada"), Email("ada@a.b"));
        else await next.AssertTogetherAsync(User("ada"), Email("ada@a.b"));
        Assert.Empty(await next.Services.Store.ReadUnfinishedDecisionsAsync(null, 10));
    }

    [Fact]
    public async Task A_sweep_goes_on_with_decisions_though_the_policy_cannot_be_loaded()
    {
        await using var silo = await DecisionSilo.StartAsync(_journal, "a");
        await silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")));
        silo.Store.RefusesAppends = true;
        await silo.Grain("r").Make(new OperatorDecision(
            DecisionId.Of("r"), OperatorDecisionKind.MustLink, [User("ada"), Email("ada@a.b")], "", "",
            DecisionSilo.Act));
        Assert.False((await silo.Grain("r").Complete(DecisionGrain.MaxPatience))!.IsFinished);
        silo.Store.RefusesAppends = false;
        silo.Storage.RefusesReads = true;

        await silo.SweepAsync();
        Assert.True((await silo.Grain("r").Find())!.IsFinished);
        await silo.AssertTogetherAsync(User("ada"), Email("ada@a.b"));
    }
}
