using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace MartechGrains.Server.Errors;

/// <summary>The fields of messages as the protobuf rules for JSON see them.</summary>
internal static class MessageFields
{
    private const int LongestShown = 64;

    /// <summary>The field of a name, as JSON or protobuf spells it; null where there is none.</summary>
    public static FieldDescriptor? FieldOf(this MessageDescriptor message, string name) =>
        message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);

    /// <summary>Whether a field is of times.</summary>
    public static bool IsTime(this FieldDescriptor field) => IsOf(field, Timestamp.Descriptor);

    /// <summary>Whether a field is of masks, which are paths of fields.</summary>
    public static bool IsMask(this FieldDescriptor field) => IsOf(field, FieldMask.Descriptor);

    /// <summary>Whether a field is of objects with members, and not of messages that are written as one text.</summary>
    public static bool IsOfObjects(this FieldDescriptor field) =>
        field.FieldType == FieldType.Message && !field.IsTime() && !field.IsMask();

    /// <summary>Whether a text that is no name of a field at least looks like one, and may be told back.</summary>
    public static bool MayBeName(string text) => text.Length is > 0 and <= LongestShown
        && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.');

    private static bool IsOf(FieldDescriptor field, MessageDescriptor message) =>
        field.FieldType == FieldType.Message && field.MessageType.FullName == message.FullName;
}
