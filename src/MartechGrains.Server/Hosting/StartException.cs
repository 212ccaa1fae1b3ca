namespace MartechGrains.Server.Hosting;

/// <summary>Something that the server stands on is not as it must be.</summary>
/// <param name="message">What it is and what to do, on one line, without secrets.</param>
/// <param name="inner">The cause.</param>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
