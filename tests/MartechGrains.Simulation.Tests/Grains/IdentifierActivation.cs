using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>One activation of an identifier: decide, write by compare and set, answer.</summary>
internal sealed class IdentifierActivation : Activation
{
    private readonly IdentifierKey _key;
    private IdentifierState? _row;

    public IdentifierActivation(Cluster cluster, IdentifierKey key)
        : base(cluster, Address.Of(key))
    {
        _key = key;
        _row = cluster.Store.RowOf(key);
    }

    protected override bool Interleaves(Request request) => false;

    protected override IEnumerable<Effect> Handle(Turn turn, Request request)
    {
        var next = request switch
        {
            JoinIdentifierRequest join => IdentifierDecisions.Join(_row, join.Join, Cluster.Policy),
            RepointRequest repoint => _row is null ? null : IdentifierDecisions.Repoint(_row, repoint.From, repoint.To),
            NotifiedRequest told => _row is null ? null : IdentifierDecisions.Notified(_row, told.Home, told.Epoch),
            _ => throw new ArgumentException($"An identifier does not {request}."),
        };
        if (next is not null && next != _row)
        {
            next = next with { Version = (_row?.Version ?? 0) + 1 };
            yield return new CommitEffect(1, _ => Cluster.Store.Write(_key, next));
            _row = next;
        }

        turn.Value = request is JoinIdentifierRequest ? _row!.Reply() : Done.Instance;
    }
}
