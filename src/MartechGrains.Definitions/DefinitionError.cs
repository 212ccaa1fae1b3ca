namespace MartechGrains.Definitions;

/// <summary>One thing wrong with a definition file.</summary>
/// <param name="File">The file, as it was named to the loader.</param>
/// <param name="Line">Its line, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">Its column, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record DefinitionError(string File, int Line, int Column, string Message, string Remedy)
{
    /// <summary><c>file(line,column): message Remedy: …</c>, as compilers write it.</summary>
    public override string ToString() => $"{File}({Line},{Column}): {Message} Remedy: {Remedy}";
}
