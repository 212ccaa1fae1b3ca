namespace MartechGrains.Core.Events;

/// <summary>
/// What one event adds to its fact group. A function of the payload and of the cleaning's version alone.
/// </summary>
/// <param name="Class">What happened.</param>
/// <param name="Channel">Through what.</param>
/// <param name="Units">Units bought or paid back; 0 where the class has none.</param>
/// <param name="AmountMinor">
/// Revenue in minor units of <paramref name="Currency"/>; refunds are positive, their class says the sign.
/// </param>
/// <param name="Currency">ISO 4217 code in upper case; empty where there is no amount.</param>
public readonly record struct Fact(
    EventClass Class, Channel Channel, long Units = 0, long AmountMinor = 0, string Currency = "");
