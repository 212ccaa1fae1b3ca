using MartechGrains.Core.Time;

namespace MartechGrains.Core.Curation;

/// <summary>Who did something, why and when: part of every decision.</summary>
/// <param name="By">Who, as the operator's tool states it; at most <see cref="MaxByLength"/> characters.</param>
/// <param name="Reason">Why, in the operator's words; at most <see cref="MaxReasonLength"/> characters.</param>
/// <param name="At">When it was asked for.</param>
public sealed record OperatorAct(string By, string Reason, IngestTime At)
{
    /// <summary>Longest <see cref="By"/>.</summary>
    public const int MaxByLength = 128;

    /// <summary>Longest <see cref="Reason"/>.</summary>
    public const int MaxReasonLength = 1024;
}

/// <summary>
/// An operator's decision that a value links although the policy blocks it or many people share it. Kept at the value's
/// own grain. Absent, made, undone: never back.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Made">Who made it.</param>
/// <param name="Undone">Who undid it; null while it is in force.</param>
public sealed record LinkableDecision(DecisionId Id, OperatorAct Made, OperatorAct? Undone);
