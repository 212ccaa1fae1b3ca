using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Time;

namespace MartechGrains.Server.Messages;

/// <summary>Reads the moments of requests; a <c>Timestamp</c> can hold some that there are not.</summary>
internal static class Moments
{
    /// <summary>The last moment of the year 9999, in milliseconds since 1970 UTC.</summary>
    public const long MostMilliseconds = (MostSeconds * 1000) + 999;

    private const long LeastSeconds = -62_135_596_800;
    private const long MostSeconds = 253_402_300_799;
    private const int NanosPerSecond = 1_000_000_000;
    private const int NanosPerMillisecond = 1_000_000;

    /// <summary>Whether it is there, from the year 1 to 9999, with nanos from 0 to 999,999,999.</summary>
    public static bool IsReadable([NotNullWhen(true)] Timestamp? time) =>
        time is { Seconds: >= LeastSeconds and <= MostSeconds, Nanos: >= 0 and < NanosPerSecond };

    /// <summary>A readable moment, as one at which something happened or may be looked at.</summary>
    public static EventTime Read(Timestamp time) =>
        new((time.Seconds * 1000) + (time.Nanos / NanosPerMillisecond));
}
