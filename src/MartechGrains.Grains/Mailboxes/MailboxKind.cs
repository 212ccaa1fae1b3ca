using System.Collections.Immutable;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>The grains that have a mailbox, each with how much may wait for one of them.</summary>
internal sealed class MailboxKind
{
    public static readonly MailboxKind Home = new("home", 1024);

    public static readonly MailboxKind Pointer = new("pointer", 4096);

    public static readonly MailboxKind Decision = new("decision", 256);

    public static readonly MailboxKind Policy = new("policy", 256);

    public static readonly ImmutableArray<MailboxKind> All = [Home, Pointer, Decision, Policy];

    private long _waiting;

    internal MailboxKind(string name, int maxWaiting) => (Name, MaxWaiting) = (name, maxWaiting);

    public string Name { get; }

    /// <summary>Most operations that wait for one grain; more are refused.</summary>
    public int MaxWaiting { get; }

    /// <summary>Operations that wait for any grain of the kind in this process.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    public void CountWaiting(int change) => Interlocked.Add(ref _waiting, change);
}
