namespace MartechGrains.Definitions;

/// <summary>A text that is no identity case.</summary>
public sealed class IdentityCaseException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="field">Where it is wrong, such as <c>events[2].eventTime</c>.</param>
    /// <param name="problem">What is wrong, to be read after the field.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="inner">The parser's exception, if any.</param>
    public IdentityCaseException(string field, string problem, string remedy, Exception? inner = null)
        : base($"{field} {problem}. {remedy}", inner) => (Field, Remedy) = (field, remedy);

    /// <summary>Where it is wrong, such as <c>events[2].eventTime</c>.</summary>
    public string Field { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}
