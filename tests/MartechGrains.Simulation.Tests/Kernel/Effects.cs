namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// What a simulated operation waits for. Operations are iterators of effects: after each they look at
/// <see cref="Turn.Failed"/> and at <see cref="Turn.Value"/>.
/// </summary>
internal abstract record Effect;

/// <summary>Calls somebody and waits for the answer, or for the time-out.</summary>
internal sealed record CallEffect(Address To, Request Request) : Effect;

/// <summary>Calls somebody and waits for nothing.</summary>
internal sealed record CastEffect(Address To, Request Request) : Effect;

/// <summary>Calls several at once and waits for all. Value: <c>object[]</c>, in order.</summary>
internal sealed record CallAllEffect(IReadOnlyList<CallEffect> Calls) : Effect;

/// <summary>Writes rows. A write that is refused or ambiguous kills the activation.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Write">Writes the first n rows; false where refused.</param>
internal sealed record CommitEffect(int Rows, Func<int, bool> Write) : Effect;

/// <summary>Answers before the operation has ended.</summary>
internal sealed record ReplyEffect(object Value) : Effect;

/// <summary>Lets others go first, for long if so said.</summary>
internal sealed record PauseEffect(bool Long) : Effect;

/// <summary>Where answers are left for an operation, and where it leaves its own.</summary>
internal sealed class Turn
{
    public object? Value { get; set; }

    public bool Failed { get; set; }

    public T As<T>() => (T)Value!;

    /// <summary>Leaves an answer; null is a time-out.</summary>
    public void Resume(object? value)
    {
        Failed = value is null;
        Value = value;
    }
}
