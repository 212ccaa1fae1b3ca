using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Cli.Output;

/// <summary>Values for people.</summary>
public static class ValueText
{
    /// <summary>What is shown where there is no value.</summary>
    public const string None = "-";

    /// <summary>A value that may have several parts.</summary>
    public static Wording WordingOf(TypedValue? value) => value?.KindCase switch
    {
        TypedValue.KindOneofCase.Amounts => Wording.List(value.Amounts.Amounts.Select(Of)),
        TypedValue.KindOneofCase.EventCounts => Wording.List(value.EventCounts.Counts.Select(Of)),
        TypedValue.KindOneofCase.Integer => $"{value.Integer}",
        TypedValue.KindOneofCase.Number => $"{value.Number:0.######}",
        TypedValue.KindOneofCase.Category => Wording.Value(value.Category),
        TypedValue.KindOneofCase.Timestamp => Wording.Value(Of(value.Timestamp)),
        TypedValue.KindOneofCase.Json => Wording.Value(ProtoJson.OnLine(value.Json)),
        _ => Wording.Value(None),
    };

    /// <summary>A moment, in UTC to the millisecond.</summary>
    public static string Of(Timestamp? moment) => moment is null
        ? None
        : moment.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An identifier as it is given on the command line.</summary>
    public static string Of(Identifier? identifier) =>
        identifier is null ? None : $"{identifier.Namespace}:{identifier.Value}";

    /// <summary>An event.</summary>
    public static string Of(EventReference? reference) =>
        reference is null ? None : $"{reference.Source}/{reference.EventId}";

    /// <summary>A word in lower case with spaces, such as <c>order completed</c>.</summary>
    public static string Word(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select((letter, at) =>
            at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
    }

    private static string Of(Money money) =>
        string.Create(CultureInfo.InvariantCulture, $"{money.CurrencyCode} {money.MinorUnits} minor");

    private static string Of(EventCount count)
    {
        var name = count.EventClass == EventClass.Unspecified ? "other" : Word(count.EventClass.ToString());
        var channel = count.Channel == Channel.Unspecified ? "" : $" ({Word(count.Channel.ToString())})";
        return string.Create(CultureInfo.InvariantCulture, $"{name}{channel} {count.Count}");
    }
}
