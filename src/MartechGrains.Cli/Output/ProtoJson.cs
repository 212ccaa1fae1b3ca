using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace MartechGrains.Cli.Output;

/// <summary>Replies as the JSON that protobuf defines for them.</summary>
public static class ProtoJson
{
    private static readonly TypeRegistry s_details = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
    private static readonly JsonFormatter.Settings s_line =
        JsonFormatter.Settings.Default.WithTypeRegistry(s_details);
    private static readonly JsonFormatter s_onLine = new(s_line);
    private static readonly JsonFormatter s_indented = new(s_line.WithIndentation());

    /// <summary>On several lines, for one reply.</summary>
    public static string Indented(IMessage message) => s_indented.Format(message);

    /// <summary>On one line, for streams.</summary>
    public static string OnLine(IMessage message) => s_onLine.Format(message);
}
