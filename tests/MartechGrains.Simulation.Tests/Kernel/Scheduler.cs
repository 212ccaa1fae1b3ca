namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// All that is pending, of which any may be next: one thread, no clock. What is late waits until nothing else is left,
/// or is picked rarely.
/// </summary>
internal sealed class Scheduler(Dice dice, Faults faults)
{
    private const double LateIsPicked = 0.004;
    private readonly List<Action> _ready = [];
    private readonly List<Action> _late = [];

    public Dice Dice { get; } = dice;

    public Faults Faults { get; } = faults;

    public long Steps { get; private set; }

    /// <summary>Called after each step, for crashes.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>Null where nobody wants to read it.</summary>
    public List<string>? Trace { get; set; }

    public void Post(Action action) => _ready.Add(action);

    public void PostLate(Action action) => _late.Add(action);

    /// <summary>Posts a message, which may take long.</summary>
    public void PostMessage(Action action)
    {
        if (!Dice.Chance(Faults.Rates.Slow))
        {
            _ready.Add(action);
            return;
        }

        Faults.Hit(FaultKind.LongDelay);
        _late.Add(action);
    }

    /// <summary>Runs until nothing is pending. False if that takes more than <paramref name="bound"/> steps.</summary>
    public bool Drain(int bound)
    {
        for (var n = 0; _ready.Count + _late.Count > 0; n++)
        {
            if (n == bound) return false;
            if (_late.Count > 0 && (_ready.Count == 0 || Dice.Chance(LateIsPicked))) _ready.Add(Take(_late));
            var next = Take(_ready);
            Steps++;
            next();
            AfterStep?.Invoke();
        }

        return true;
    }

    private Action Take(List<Action> from)
    {
        var i = Dice.Next(from.Count);
        if (i != 0 && Faults.Active) Faults.Hit(FaultKind.Reordering);
        (from[i], from[^1]) = (from[^1], from[i]);
        var taken = from[^1];
        from.RemoveAt(from.Count - 1);
        return taken;
    }
}
