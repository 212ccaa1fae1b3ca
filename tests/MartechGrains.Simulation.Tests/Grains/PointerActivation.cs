using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Carries out the effects of a pointer's machine on the simulated store.</summary>
internal sealed class PointerActivation : Activation
{
    /// <summary>Fewer than in production, so that pages have ends within reach.</summary>
    private const int PageSize = 2;

    private readonly IdentifierKey _key;
    private readonly PointerMachine _machine;

    public PointerActivation(Cluster cluster, IdentifierKey key)
        : base(cluster, Address.Of(key))
    {
        _key = key;
        _machine = PointerMachines.With(cluster, key);
    }

    protected override bool IsAhead => false;

    public override void Begin()
    {
        _machine.Observe(HoldsLease);
        Go(_machine.Activate().GetEnumerator(), CarryOut, Observe);
    }

    protected override void BeginTurn()
    {
        Observe();
        Cluster.Trace($"  {Cluster.NameOf(Address)} takes a turn #{Number}{(IsSuperseded ? ", superseded" : "")}");
        Go(_machine.TakeTurn(this).GetEnumerator(), CarryOut, Observe);
    }

    protected override void FailTurn(Exception error) => _machine.FailTurn(error);

    private void Observe() => _machine.Observe(HoldsLease);

    private bool CarryOut(PointerEffect effect, Action<bool> resume)
    {
        switch (effect)
        {
            case AwaitPointerLeaseEffect:
                AwaitLease(resume);
                return false;
            case ReadPointerEffect read:
                Cluster.Scheduler.Post(() =>
                {
                    read.Reply = Cluster.Store.RowOf(_key) is { } row ? new PointerSnapshot(row) : null;
                    resume(true);
                });
                return false;
            case WritePointerEffect write:
                var change = write.Change;
                var next = change with { State = change.State with { Version = change.State.Version + 1 } };
                write.Reply = new PointerSnapshot(next.State);
                Commit(1, _ => Cluster.Store.Write(_key, next), resume);
                return false;
            case FindCarriersEffect find:
                find.Reply = [.. Cluster.Store.CarriersOf(_key).Where(row => find.Homes.Contains(row.Key))];
                return true;
            case ReadCarriersEffect read:
                read.Reply =
                [
                    .. Cluster.Store.CarriersOf(_key).Where(row => read.After is not { } after || row.Key > after)
                        .Take(PageSize),
                ];
                return true;
            case FindUnhandledEffect find:
                find.Reply =
                [
                    .. Cluster.Store.CarriersOf(_key)
                        .Where(row => !row.Value.IsSuperseded && row.Value.Handled < find.Epoch)
                        .Select(row => row.Key).Take(PageSize),
                ];
                return true;
            case PointerReplyEffect reply:
                Deliver(reply.Message);
                return true;
            default:
                throw new InvalidOperationException($"No pointer wants {effect.GetType().Name}.");
        }
    }
}
