using System.Collections.Immutable;
using System.Text.Json;
using MartechGrains.Core.Events.Json;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// Derives what an event adds from its type, name and properties. Only orders, refunds and cancellations have units and
/// an amount. Units are the sum of the given <c>products[].quantity</c>, else <c>quantity</c>, else 1. The amount is
/// <c>revenue</c>, else <c>total</c>, else <c>value</c>, in minor units of <c>currency</c>, else of the default; digits
/// beyond the minor unit are rounded half to even, and the lineage says so.
/// </summary>
internal sealed class FactReading(
    EventDraft draft, string defaultCurrency, ImmutableArray<SourceField>.Builder lineage)
{
    private const long EngagedSeconds = 10;
    private static readonly string[] AmountFields = ["revenue", "total", "value"];
    private static readonly string[] DwellFields = ["dwell_seconds", "duration"];

    /// <summary>Reads the fact, or says what is wrong.</summary>
    public EventFault? Read(out Fact fact)
    {
        var meaning = Meaning();
        var channel = meaning.Channel != Channel.Unknown ? meaning.Channel : draft.Channel;
        if (channel != Channel.Unknown)
            lineage.Add(new("fact.channel", meaning.Channel != Channel.Unknown ? draft.NameField : draft.ChannelField));
        lineage.Add(new("fact.class", ClassField()));
        fact = new Fact(meaning.Class, channel);
        if (meaning.Class is not (EventClass.OrderCompleted or EventClass.OrderRefunded))
        {
            if (draft.WrongProperties is { } wrong)
                Ignore(wrong);
            return CheckNothingStated();
        }

        // What was paid is in there, and cannot be guessed.
        if (draft.WrongProperties is { } unreadable)
            return unreadable;
        if (ReadUnits(out var units) is { } unitsFault)
            return unitsFault;
        if (ReadAmount(out var amount, out var currency) is { } amountFault)
            return amountFault;
        fact = fact with { Units = units, AmountMinor = amount, Currency = currency };
        return null;
    }

    private string ClassField() =>
        draft.Stated.Class is not null ? "event_class" : draft.Type == EventType.Track ? draft.NameField : "type";

    private EventMeaning Meaning()
    {
        if (draft.Stated.Class is { } stated)
            return new EventMeaning(stated, Channel.Unknown);
        var meaning = draft.Type switch
        {
            EventType.Track => EventVocabulary.Of(draft.Name),
            EventType.Identify => new EventMeaning(EventClass.Identified, Channel.Unknown),
            EventType.Page => new EventMeaning(EventClass.PageViewed, Channel.Unknown),
            EventType.Screen => new EventMeaning(EventClass.ScreenViewed, Channel.Unknown),
            EventType.Group => new EventMeaning(EventClass.Grouped, Channel.Unknown),
            EventType.Alias => new EventMeaning(EventClass.Aliased, Channel.Unknown),
            _ => default,
        };
        return meaning.Class == EventClass.ProductViewed && IsEngaged()
            ? meaning with { Class = EventClass.ProductEngaged }
            : meaning;
    }

    private bool IsEngaged()
    {
        foreach (var name in DwellFields)
        {
            if (!JsonMembers.TryGet(draft.Properties, name, out var seconds)
                || !PlainNumber.TryRead(seconds, out var exact, out _)
                || !exact.TryScale(3, out var milliseconds, out _))
                continue;
            lineage.Add(new("fact.class", $"properties.{name}"));
            return milliseconds >= EngagedSeconds * 1000;
        }

        return false;
    }

    private EventFault? CheckNothingStated() =>
        draft.Stated.Units is not (null or 0) || draft.Stated.AmountMinor is not null
            ? new EventFault(
                QuarantineCodes.OutOfRange, draft.Stated.AmountMinor is null ? "units" : "amount", "number",
                "Only completed, refunded and cancelled orders have units and an amount.")
            : null;

    private EventFault? ReadUnits(out long units)
    {
        units = 1;
        if (draft.Stated.Units is { } stated)
        {
            units = stated;
            lineage.Add(new("fact.units", "units"));
            return stated is < 0 or > EventLimits.MaxUnits ? BadUnits("units") : null;
        }

        if (SumProducts(out units) is { } fault)
            return fault;
        if (units >= 0)
            return null;
        const string field = "properties.quantity";
        units = 1;
        if (!JsonMembers.TryGet(draft.Properties, "quantity", out var quantity)
            || ReadQuantity(quantity, field) is not { } given)
            return null;
        lineage.Add(new("fact.units", field));
        units = given;
        return given > EventLimits.MaxUnits ? BadUnits(field) : null;
    }

    /// <summary>Adds up the quantities of the products; below zero where none is given.</summary>
    private EventFault? SumProducts(out long sum)
    {
        sum = -1;
        if (!JsonMembers.TryGet(draft.Properties, "products", out var products))
            return null;
        if (products.ValueKind != JsonValueKind.Array)
        {
            if (!PayloadReader.IsBlank(products))
                Ignore(JsonMembers.WrongType("properties.products", products, "an array of objects"));
            return null;
        }

        foreach (var product in products.EnumerateArray())
        {
            if (product.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
                Ignore(JsonMembers.WrongType("properties.products[]", product, "an object"));
            if (!JsonMembers.TryGet(product, "quantity", out var quantity)
                || ReadQuantity(quantity, "properties.products[].quantity") is not { } units)
                continue;
            sum = Math.Max(sum, 0) + units;
            if (sum > EventLimits.MaxUnits)
                return BadUnits("properties.products");
        }

        if (sum >= 0)
            lineage.Add(new("fact.units", "properties.products[].quantity"));
        return null;
    }

    /// <summary>
    /// Reads a quantity, null where there is none that can be read. One with a fraction is a measure, such as kilograms
    /// of cheese, and counts as one unit.
    /// </summary>
    private long? ReadQuantity(JsonElement quantity, string field)
    {
        if (PayloadReader.IsBlank(quantity))
            return null;
        if (!PlainNumber.TryRead(quantity, out var exact, out var isText))
        {
            Ignore(JsonMembers.WrongType(field, quantity, "a whole number"));
            return null;
        }

        if (exact.IsNegative || !exact.TryScale(0, out var units, out var isRounded))
        {
            Ignore(BadUnits(field));
            return null;
        }

        if (isText)
            Coerce("text_to_number", field);
        if (!isRounded)
            return units;
        Coerce("measure_to_one_unit", $"{field} {exact}");
        return 1;
    }

    private EventFault? ReadAmount(out long amount, out string currency)
    {
        amount = 0;
        currency = "";
        if (draft.Stated.AmountMinor is { } stated)
        {
            lineage.Add(new("fact.amount", "amount"));
            amount = stated;
            if (!Iso4217.TryNormalise(draft.Stated.Currency ?? "", out currency))
                return BadCurrency("amount");
            return stated is < 0 or > EventLimits.MaxAmountMinor ? BadAmount("amount") : null;
        }

        EventFault? wrong = null;
        foreach (var name in AmountFields)
        {
            var field = $"properties.{name}";
            if (!JsonMembers.TryGet(draft.Properties, name, out var value) || PayloadReader.IsBlank(value))
                continue;
            // A number or a text is an amount that somebody means: nothing else is taken in its place.
            if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
            {
                if (wrong is not null)
                    Ignore(wrong);
                return ReadAmount(value, field, out amount, out currency);
            }

            wrong ??= JsonMembers.WrongType(field, value, "a number, such as 39.95");
        }

        return wrong;
    }

    private EventFault? ReadAmount(JsonElement value, string field, out long amount, out string currency)
    {
        amount = 0;
        if (ReadCurrency(out currency) is { } fault)
            return fault;
        if (!PlainNumber.TryRead(value, out var exact, out var isText))
            return isText ? JsonMembers.WrongType(field, value, "a number, such as 39.95") : BadAmount(field);
        if (exact.IsNegative || !exact.TryScale(Iso4217.Exponent(currency), out amount, out var isRounded)
            || amount > EventLimits.MaxAmountMinor)
            return BadAmount(field);
        if (isText)
            Coerce("text_to_number", field);
        lineage.Add(new("fact.amount", field));
        if (isRounded)
            lineage.Add(new("fact.amount.rounded", field));
        return null;
    }

    private void Ignore(EventFault fault) => Note(SourceField.LeftOut(fault));

    private void Coerce(string how, string field) => Note(new SourceField(SourceField.Coerced + how, field));

    private void Note(SourceField note)
    {
        if (lineage.Count < EventLimits.MaxTraits && !lineage.Contains(note))
            lineage.Add(note);
    }

    private EventFault? ReadCurrency(out string currency)
    {
        currency = defaultCurrency;
        const string field = "properties.currency";
        EventFault? fault = null;
        var text = JsonMembers.ReadText(draft.Properties, "currency", field, ref fault);
        lineage.Add(new("fact.currency", text is null ? "default_currency" : field));
        if (fault is not null || text is null)
            return fault;
        return Iso4217.TryNormalise(text.Trim(), out currency) ? null : BadCurrency(field);
    }

    private static EventFault BadUnits(string field) => new(
        QuarantineCodes.OutOfRange, field, "number", $"Send a whole number from 0 to {EventLimits.MaxUnits}.");

    private static EventFault BadAmount(string field) => new(
        QuarantineCodes.InvalidAmount, field, "number",
        $"Send an amount from 0 to {EventLimits.MaxAmountMinor} minor units; the event's name is the sign.");

    private static EventFault BadCurrency(string field) => new(
        QuarantineCodes.InvalidAmount, field, "string", "Send an ISO 4217 code of money, such as EUR.");
}
