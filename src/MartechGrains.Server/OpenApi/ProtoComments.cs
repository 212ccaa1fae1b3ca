using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.OpenApi;

/// <summary>What the protos say of their messages, fields and methods: the build keeps it beside the types.</summary>
internal static class ProtoComments
{
    private static readonly Lazy<FrozenDictionary<string, string>> Texts = new(Read);

    /// <summary>The comment before a declaration; null where there is none.</summary>
    public static string? Of(IDescriptor descriptor) => Texts.Value.GetValueOrDefault(descriptor.FullName);

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = typeof(ErrorReasonReflection).Assembly.GetManifestResourceStream("protos.binpb")!;
        var files = FileDescriptorSet.Parser.ParseFrom(stream).File.Select(static file => file.ToByteString());
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptor.BuildFromByteStrings(files))
        {
            foreach (var message in file.MessageTypes) Add(message);
            foreach (var method in file.Services.SelectMany(static service => service.Methods))
                Keep(method, method.Declaration);
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(MessageDescriptor message)
        {
            Keep(message, message.Declaration);
            foreach (var field in message.Fields.InDeclarationOrder()) Keep(field, field.Declaration);
            foreach (var nested in message.NestedTypes) Add(nested);
        }

        void Keep(IDescriptor descriptor, DescriptorDeclaration? declared)
        {
            if (declared?.LeadingComments is { Length: > 0 } text)
                texts[descriptor.FullName] = text.Trim().Replace("\n ", "\n", StringComparison.Ordinal);
        }
    }
}
