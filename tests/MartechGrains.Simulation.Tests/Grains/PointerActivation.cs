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
    private int _version;

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
        Go(PointerMachines.Wanted(Cluster.Rules, _machine.Activate()), CarryOut, Observe);
    }

    protected override void BeginTurn()
    {
        Observe();
        Cluster.Trace($"  {Cluster.NameOf(Address)} takes a turn #{Number}{(IsSuperseded ? ", superseded" : "")}");
        Go(_machine.TakeTurn(this), CarryOut, Observe);
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
                    (read.Reply, _version) = Cluster.Store.Read(_key);
                    resume(true);
                });
                return false;
            case WritePointerEffect write:
                var next = ++_version;
                write.Reply = write.Change.Written(next);
                Commit(1, _ => Cluster.Store.Write(_key, write.Change, next), resume);
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
