using MartechGrains.Core.Curation;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Cluster.Tests.Hosting.SampleEvents;

namespace MartechGrains.Cluster.Tests.Curation;

/// <summary>The work that a caller asks for ends with the caller, unless it has begun.</summary>
public sealed class DecisionCallerTests : IAsyncLifetime
{
    private readonly CommitGate _gate = new();
    private DecisionSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await DecisionSilo.StartAsync(gate: _gate);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task An_undo_whose_caller_gives_up_while_it_waits_is_not_done()
    {
        var decision = new OperatorDecision(
            DecisionId.Of("r"), OperatorDecisionKind.CannotLink, [User("ada"), User("bob")], "", "",
            DecisionSilo.Act);
        _gate.Close();
        var made = _silo.Grain("r").Make(decision).AsTask();
        await _gate.Reached;
        using var giveUp = new CancellationTokenSource();
        var undone = _silo.Grain("r").Undo(DecisionSilo.Regret, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => undone);

        _gate.Open();
        await made;
        Assert.Null((await _silo.CompletedAsync("r")).Undone);
    }

    [Fact]
    public async Task A_decision_whose_caller_gives_up_while_it_is_written_is_made()
    {
        var decision = new OperatorDecision(
            DecisionId.Of("r"), OperatorDecisionKind.CannotLink, [User("ada"), User("bob")], "", "",
            DecisionSilo.Act);
        _gate.Close();
        using var giveUp = new CancellationTokenSource();
        var made = _silo.Grain("r").Make(decision, giveUp.Token).AsTask();
        await _gate.Reached;
        await giveUp.CancelAsync();

        _gate.Open();
        await made;
        Assert.True((await _silo.CompletedAsync("r")).AsksTheSame(decision));
    }
}
