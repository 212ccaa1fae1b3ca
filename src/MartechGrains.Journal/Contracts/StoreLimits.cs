namespace MartechGrains.Journal.Contracts;

/// <summary>
/// What one write may hold at most, checked before it is queued, and what one read brings at most.
/// </summary>
public static class StoreLimits
{
    /// <summary>Bytes of what is written to find out whether a store takes writes: about a small batch.</summary>
    public const int ProbeBytes = 64 << 10;

    /// <summary>Largest page of any read.</summary>
    public const int MaxPage = 10_000;

    /// <summary>Largest entry of a journal row, in bytes.</summary>
    public const int MaxEntryBytes = 4 << 20;

    /// <summary>Largest wrapped key, in bytes.</summary>
    public const int MaxWrappedKeyBytes = 256;

    /// <summary>Most rows in one append: more than a batch of events may bring to one home.</summary>
    public const int MaxAppendRows = 4096;

    /// <summary>Most open joins opened or closed by one append.</summary>
    public const int MaxAppendJoins = 20_000;

    /// <summary>Most events that one append puts into quarantine.</summary>
    public const int MaxAppendQuarantined = 256;

    /// <summary>Longest id of an open join, in bytes.</summary>
    public const int MaxJoinIdBytes = 512;

    /// <summary>Largest state of a pointer, in bytes.</summary>
    public const int MaxPointerStateBytes = 1 << 20;

    /// <summary>Most carriers written with one pointer.</summary>
    public const int MaxPointerCarriers = 1024;

    /// <summary>Largest state of a decision, in bytes.</summary>
    public const int MaxDecisionStateBytes = 1 << 20;

    /// <summary>Largest snapshot, in bytes.</summary>
    public const int MaxSnapshotBytes = 64 << 20;

    /// <summary>Largest raw event kept in quarantine, in bytes.</summary>
    public const int MaxQuarantineRawBytes = 8 << 20;

    /// <summary>Longest text of a quarantined event's fields, in characters.</summary>
    public const int MaxQuarantineTextLength = 4096;

    private const int HashSize = 32;
    private const int FixedSize = 64;

    /// <summary>Why a write may not be queued, or null where it may.</summary>
    public static string? Refuses(StoreWrite write) => write switch
    {
        AppendWrite append => RefusesAppend(append),
        PointerWrite { Row.Version: < 1 } pointer => $"pointer version is {pointer.Row.Version}; it starts at 1",
        PointerWrite pointer => RefusesPointer(pointer),
        DecisionWrite { Row.Version: < 1 } decision => $"decision version is {decision.Row.Version}; it starts at 1",
        DecisionWrite decision => TooLong("decision", decision.Row.State.Length, MaxDecisionStateBytes),
        SnapshotWrite { Seq: < 1 } snapshot => $"snapshot seq is {snapshot.Seq}; it covers at least row 1",
        SnapshotWrite snapshot => TooLong("snapshot", snapshot.Data.Length, MaxSnapshotBytes),
        QuarantineWrite quarantine => RefusesQuarantine(quarantine.Row),
        RendezvousWrite => null,
        _ => $"writes of type {write.GetType().Name} are unknown to the store",
    };

    /// <summary>About how many bytes a write puts into the store; what batches and queues are limited by.</summary>
    public static long SizeOf(StoreWrite write)
    {
        switch (write)
        {
            case AppendWrite append:
                long size = FixedSize;
                foreach (var row in append.Rows)
                    size += FixedSize + row.Entry.Length + row.WrappedKey.Length;
                foreach (var join in append.OpenedJoins)
                    size += FixedSize + join.Length;
                foreach (var quarantined in append.Quarantined)
                    size += SizeOf(quarantined);
                return size + ((long)FixedSize * append.ClosedJoins.Length);
            case PointerWrite pointer:
                return FixedSize + pointer.Row.State.Length
                    + pointer.Carriers.Sum(static carrier => (long)FixedSize + carrier.State.Length);
            case DecisionWrite decision:
                return FixedSize + decision.Row.State.Length;
            case SnapshotWrite snapshot:
                return FixedSize + snapshot.Data.Length;
            case QuarantineWrite { Row: var quarantine }:
                return SizeOf(quarantine);
            default:
                return FixedSize;
        }
    }

    private static long SizeOf(QuarantineRow row) =>
        FixedSize + row.Raw.Length + row.Detail.Length + row.EventId.Length;

    private static string? RefusesPointer(PointerWrite write)
    {
        if (write.Carriers.IsDefault)
            return "a pointer's carriers must be set, if only to empty";
        if (write.Carriers.Length > MaxPointerCarriers)
            return $"a pointer has {write.Carriers.Length} carriers to write; at most {MaxPointerCarriers} are allowed";
        foreach (var carrier in write.Carriers)
        {
            if (carrier.Identifier != write.Row.Identifier)
                return "a carrier is not of the pointer it is written with";
            if (TooLong("carrier state", carrier.State.Length, MaxPointerStateBytes) is { } tooLong)
                return tooLong;
        }
        return TooLong("pointer state", write.Row.State.Length, MaxPointerStateBytes);
    }

    private static string? RefusesAppend(AppendWrite append)
    {
        if (append.Rows.IsDefaultOrEmpty)
            return "an append needs at least one row";
        if (append.OpenedJoins.IsDefault || append.ClosedJoins.IsDefault)
            return "an append's joins must be set, if only to empty";
        if (append.Rows.Length > MaxAppendRows)
            return $"an append has {append.Rows.Length} rows; at most {MaxAppendRows} are allowed";
        if (append.OpenedJoins.Length + append.ClosedJoins.Length > MaxAppendJoins)
            return $"an append opens and closes more than {MaxAppendJoins} joins";
        if (append.Quarantined.IsDefault || append.Quarantined.Length > MaxAppendQuarantined)
            return $"an append puts more than {MaxAppendQuarantined} events into quarantine, or the list is not set";
        var (home, seq) = (append.Rows[0].Home, append.Rows[0].Seq);
        if (seq < 1)
            return $"seq is {seq}; a home's first row is 1";
        foreach (var row in append.Rows)
        {
            if (row.Home != home || row.Seq != seq++)
                return "an append's rows must be consecutive and of one home";
            if (row.Hash.Length != HashSize)
                return $"a row's hash has {row.Hash.Length} bytes; it needs {HashSize}";
            var tooLong = TooLong("entry", row.Entry.Length, MaxEntryBytes)
                ?? TooLong("wrapped key", row.WrappedKey.Length, MaxWrappedKeyBytes);
            if (tooLong is not null)
                return tooLong;
        }
        foreach (var join in append.OpenedJoins)
        {
            if (TooLong("open join id", join.Length, MaxJoinIdBytes) is { } tooLong)
                return tooLong;
        }
        foreach (var quarantined in append.Quarantined)
        {
            if (RefusesQuarantine(quarantined) is { } refused)
                return refused;
        }
        return null;
    }

    private static string? RefusesQuarantine(QuarantineRow row) =>
        TooLong("quarantined event", row.Raw.Length, MaxQuarantineRawBytes)
        ?? LongText("source", row.Source) ?? LongText("event id", row.EventId) ?? LongText("reason", row.Reason)
        ?? LongText("field", row.Field) ?? LongText("detail", row.Detail);

    private static string? LongText(string what, string text) => text.Length > MaxQuarantineTextLength
        ? $"quarantine {what} has {text.Length} characters; at most {MaxQuarantineTextLength} are allowed"
        : null;

    private static string? TooLong(string what, int length, int limit) =>
        length > limit ? $"{what} has {length} bytes; at most {limit} are allowed" : null;
}
