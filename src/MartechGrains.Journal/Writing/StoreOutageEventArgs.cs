namespace MartechGrains.Journal.Writing;

/// <summary>A time in which the store takes no writes and callers are refused at once.</summary>
public sealed class StoreOutageEventArgs(string reason, TimeSpan? lasted) : EventArgs
{
    /// <summary>What the store said at its beginning, without personal data.</summary>
    public string Reason => reason;

    /// <summary>How long it lasted; null where it has begun.</summary>
    public TimeSpan? Lasted => lasted;
}
