namespace MartechGrains.Journal.Entries;

/// <summary>
/// Stored bytes are not what this reader understands: they are damaged, or a newer version wrote them.
/// </summary>
public sealed class EntryFormatException : Exception
{
    /// <summary>Says what was found.</summary>
    public EntryFormatException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
