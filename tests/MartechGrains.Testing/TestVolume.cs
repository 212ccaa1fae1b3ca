namespace MartechGrains.Testing;

/// <summary>
/// How much the tests whose work only repeats itself with other numbers take on: a sample, as every test run has time
/// for, or all of it where <c>MARTECH_TEST_FULL</c> is 1.
/// </summary>
public static class TestVolume
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "MARTECH_TEST_FULL";

    /// <summary>Whether all of it is asked for.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>As many as the run has time for.</summary>
    public static int Of(int sample, int full) => IsFull ? full : sample;
}
