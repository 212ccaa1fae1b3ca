namespace MartechGrains.Core.Facts;

/// <summary>
/// Bytes that are not a fact group, event index, view or home's state as this version writes them: rebuild it from the
/// journal.
/// </summary>
public sealed class FactFormatException : Exception
{
    /// <summary>Tells where and why.</summary>
    public FactFormatException(int offset, string problem)
        : base(FormattableString.Invariant($"Fact snapshot, byte {offset}: {problem}; rebuild it from the journal")) =>
        Offset = offset;

    /// <summary>Where in the bytes the problem was found.</summary>
    public int Offset { get; }
}
