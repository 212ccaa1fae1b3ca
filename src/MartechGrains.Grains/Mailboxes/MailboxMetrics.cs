using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>Instruments of the grains' mailboxes, under the meter <see cref="MeterName"/>.</summary>
public static class MailboxMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Mailboxes";

    /// <summary>The tag that says whose mailbox: home, pointer, decision or policy.</summary>
    public const string Grain = "grain";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "martechgrains.mailbox.refused", "{operation}", "Operations refused because as many wait as may.");

    private static readonly Counter<long> Cancelled = Meter.CreateCounter<long>(
        "martechgrains.mailbox.cancelled", "{operation}",
        "Operations not run because their callers gave up before their turn.");

    static MailboxMetrics() => Meter.CreateObservableUpDownCounter(
        "martechgrains.mailbox.waiting",
        static () => MailboxKind.All.Select(static kind => new Measurement<long>(kind.Waiting, TagOf(kind))),
        "{operation}", "Operations waiting for their turn.");

    internal static void CountRefused(MailboxKind kind) => Refused.Add(1, TagOf(kind));

    internal static void CountCancelled(MailboxKind kind) => Cancelled.Add(1, TagOf(kind));

    private static KeyValuePair<string, object?> TagOf(MailboxKind kind) => new(Grain, kind.Name);
}
