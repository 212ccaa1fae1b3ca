namespace MartechGrains.LoadTests.Tracing;

/// <summary>What an event goes through on its way in, and what goes on beside it.</summary>
public enum Stage
{
    /// <summary>Bytes of a call to messages, and messages or JSON to drafts.</summary>
    Decode,

    /// <summary>Drafts to canonical events: facts, traits, consent, normalised identifiers, digest.</summary>
    Clean,

    /// <summary>Identifier keys, pointers, plan, and gathering what becomes of each event.</summary>
    Route,

    /// <summary>Orleans: messages, activations, schedulers, serialisation.</summary>
    Call,

    /// <summary>A home's turn: what is decided, and its mailbox.</summary>
    Apply,

    /// <summary>Entries into state: ledger, facts, joins, who is who.</summary>
    Fold,

    /// <summary>What identifiers join, at their pointers and homes.</summary>
    Join,

    /// <summary>Entries to their stored form, and the hash chain.</summary>
    Encode,

    /// <summary>Encryption of what is personal.</summary>
    Seal,

    /// <summary>The journal's queue, batches and the store's client; with SQLite the store itself.</summary>
    Commit,

    /// <summary>Views, live views and the change feed's live edge.</summary>
    View,

    /// <summary>The server's HTTP and gRPC, reading calls and writing answers.</summary>
    Reply,

    /// <summary>Thread pool, timers and what no other stage claims.</summary>
    Other,

    /// <summary>Threads of the garbage collector.</summary>
    Collect,

    /// <summary>Threads of the just-in-time compiler.</summary>
    Compile,
}
