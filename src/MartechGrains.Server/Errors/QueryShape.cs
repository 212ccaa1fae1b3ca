using System.Globalization;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using MartechGrains.Core.Events;
using Microsoft.Extensions.Primitives;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Finds what in the parameters of an address does not fit the message that they are to be read as. Parameters that the
/// message does not have are refused, not passed over: they are what the caller has misspelt, and an answer without
/// them would be to another question.
/// </summary>
internal static partial class QueryShape
{
    private const string Code = "INVALID_FIELD";
    private const int DeepestListed = 3;
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;

    /// <summary>Looks through the parameters.</summary>
    /// <param name="query">The parameters.</param>
    /// <param name="rule">The path, whose variables are parameters no more, and whether there is a body.</param>
    /// <param name="message">What they are to be read as.</param>
    /// <returns>The first fault, or null.</returns>
    public static EventFault? Find(IQueryCollection query, HttpRule rule, MessageDescriptor message)
    {
        if (query.Count == 0) return null;
        var taken = TakenBy(rule);
        foreach (var (name, values) in query)
        {
            var path = name.Split('.');
            var isTaken = rule.Body.Length > 0 || (message.FieldOf(path[0]) is { } root && taken.Contains(root.Name));
            if (isTaken || FieldOf(message, path) is not { } field) return Unknown(name, isTaken, rule, message);
            if (FaultOf(name, values, field) is { } fault) return fault;
        }

        return null;
    }

    /// <summary>What can be given: the fields that are neither in the path nor in the body.</summary>
    public static IEnumerable<(string Name, FieldDescriptor Field)> Parameters(HttpRule rule, MessageDescriptor message)
    {
        if (rule.Body.Length > 0) return [];
        var taken = TakenBy(rule);
        return Leaves(message, "", 1).Where(leaf => !taken.Contains(leaf.Name.Split('.')[0]));
    }

    private static HashSet<string> TakenBy(HttpRule rule) => Variable
        .Matches(rule.PatternCase == HttpRule.PatternOneofCase.Get ? rule.Get : rule.Post)
        .Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<(string Name, FieldDescriptor Field)> Leaves(
        MessageDescriptor message, string path, int depth)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var name = $"{path}{field.JsonName}";
            if (IsSingle(field)) yield return (name, field);
            else if (!field.IsRepeated && depth < DeepestListed)
            {
                foreach (var leaf in Leaves(field.MessageType, $"{name}.", depth + 1)) yield return leaf;
            }
        }
    }

    private static FieldDescriptor? FieldOf(MessageDescriptor message, ReadOnlySpan<string> path)
    {
        var field = message.FieldOf(path[0]);
        if (field is null || (path.Length == 1 && IsSingle(field))) return field;
        return path.Length == 1 || field.IsRepeated || !field.IsOfObjects()
            ? null
            : FieldOf(field.MessageType, path[1..]);
    }

    /// <summary>Whether a field is given by one text.</summary>
    private static bool IsSingle(FieldDescriptor field) => !field.IsRepeated && !field.IsOfObjects();

    private static EventFault? FaultOf(string name, StringValues values, FieldDescriptor field)
    {
        if (values.Count > 1) return new EventFault(Code, name, "a parameter given twice", "Give each once.");
        var value = values.ToString();
        var wanted = field.FieldType switch
        {
            FieldType.Int32 when !int.TryParse(value, Whole, CultureInfo.InvariantCulture, out _) => "a whole number",
            FieldType.Int64 when !long.TryParse(value, Whole, CultureInfo.InvariantCulture, out _) => "a whole number",
            FieldType.Bool when value is not ("true" or "false") => "true or false",
            FieldType.Message when field.IsTime()
                && !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _)
                => "a time with an offset, such as 2026-01-31T12:00:00Z",
            _ => null,
        };
        return wanted is null ? null : new EventFault(Code, name, "a parameter of another type", $"Send {wanted}.");
    }

    private static EventFault Unknown(string name, bool isTaken, HttpRule rule, MessageDescriptor message)
    {
        var known = string.Join(", ", Parameters(rule, message).Select(static one => one.Name));
        return new EventFault(
            Code, MessageFields.MayBeName(name) ? name : "",
            isTaken ? "a parameter for what the path or the body says" : "a parameter of no known name",
            known.Length > 0 ? $"Send no others than {known}." : "Send none to this path.");
    }

    /// <summary>The field of the message that a variable of a path is in.</summary>
    [GeneratedRegex(@"\{([a-z_]+)")]
    private static partial Regex Variable { get; }
}
