namespace MartechGrains.LoadTests.Traffic;

/// <summary>
/// Random draws that are a pure function of a seed, a topic and a number, so that event 7 is the same event whether
/// it is made first, last or alone. The mixing step is the finaliser of SplitMix64 (public domain, Sebastiano Vigna).
/// </summary>
/// <param name="Seed">The seed of the run.</param>
public readonly record struct StableRandom(ulong Seed)
{
    private const double ToUnit = 1.0 / (1UL << 53);

    /// <summary>64 evenly distributed bits.</summary>
    public ulong Bits(DrawTopic topic, long number) =>
        Mix(Mix(Seed + ((ulong)topic * 0x9E3779B97F4A7C15UL)) + (ulong)number);

    /// <summary>A number in [0, 1).</summary>
    public double Unit(DrawTopic topic, long number) => (Bits(topic, number) >> 11) * ToUnit;

    /// <summary>A whole number in [0, bound).</summary>
    public int Below(DrawTopic topic, long number, int bound) => (int)(Unit(topic, number) * bound);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}

/// <summary>What a draw is for: draws for different topics are independent.</summary>
public enum DrawTopic
{
    /// <summary>Who does it.</summary>
    Person = 1,

    /// <summary>What is done.</summary>
    Activity,

    /// <summary>Whether an event is sent a second time.</summary>
    Duplicate,

    /// <summary>How far back the event lies that is sent a second time.</summary>
    DuplicateDistance,

    /// <summary>Whether an event arrives late.</summary>
    Late,

    /// <summary>How late an event arrives.</summary>
    LateBy,

    /// <summary>After how many events a person logs in for the first time.</summary>
    LoginAfter,

    /// <summary>After how many events a person leaves an e-mail address.</summary>
    EmailAfter,

    /// <summary>Whether two neighbours share a browser.</summary>
    SharedDevice,

    /// <summary>Whether an event happens on the shared browser.</summary>
    OnSharedDevice,

    /// <summary>On which of a person's own browsers an event happens.</summary>
    OwnDevice,

    /// <summary>What an order costs.</summary>
    Amount,

    /// <summary>In which currency an order is paid.</summary>
    Currency,

    /// <summary>How many units are ordered.</summary>
    Units,

    /// <summary>Which product is concerned.</summary>
    Product,

    /// <summary>Which profile is looked up.</summary>
    Lookup,
}
