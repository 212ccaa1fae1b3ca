namespace MartechGrains.Core.Facts;

/// <summary>A fact that no group can hold. A function of the payload alone: quarantine the event.</summary>
public class InvalidFactException : Exception
{
    /// <summary>Names the field, what is wrong with it and what to do; carries no value.</summary>
    public InvalidFactException(string field, string message)
        : base($"{field}: {message}") => Field = field;

    /// <summary>The field of the fact, such as <c>fact.currency</c>.</summary>
    public string Field { get; }
}
