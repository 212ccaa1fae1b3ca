namespace MartechGrains.Server.Hosting;

/// <summary>Something that the server stands on is not as it must be.</summary>
/// <param name="lines">What it is and what to do, on a line for each thing, without secrets.</param>
/// <param name="inner">The cause.</param>
internal sealed class StartException(IReadOnlyList<string> lines, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, lines), inner)
{
    /// <summary>One thing.</summary>
    public StartException(string message, Exception? inner = null)
        : this([message], inner)
    {
    }

    /// <summary>What it is and what to do, on a line for each thing.</summary>
    public IReadOnlyList<string> Lines => lines;
}
