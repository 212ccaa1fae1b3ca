namespace MartechGrains.Journal.Sealing;

/// <summary>Sealed data cannot be opened: it was changed, belongs elsewhere, or another key sealed it.</summary>
/// <param name="message">What could not be opened, without its content.</param>
/// <param name="inner">The cause.</param>
public sealed class SealBrokenException(string message, Exception? inner = null) : Exception(message, inner);
