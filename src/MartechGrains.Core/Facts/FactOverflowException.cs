namespace MartechGrains.Core.Facts;

/// <summary>
/// A quantity of one event lies outside the bounds of <see cref="FactLimits"/>. Decided on the event alone and before
/// any state changes, so neither arrival nor the other events of the person matter; sums themselves cannot overflow.
/// </summary>
public sealed class FactOverflowException : InvalidFactException
{
    /// <summary>Names the field and the bound.</summary>
    public FactOverflowException(string field, long bound)
        : base(field, FormattableString.Invariant(
            $"its magnitude exceeds {bound}; check the unit the source sends (minor units, milliseconds)"))
    {
    }
}
