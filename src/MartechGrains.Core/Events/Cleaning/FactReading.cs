using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
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
            return CheckNothingStated();
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
                || seconds.ValueKind != JsonValueKind.Number
                || !ExactDecimal.TryParse(JsonMarshal.GetRawUtf8Value(seconds), out var exact)
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

        if (JsonMembers.TryGet(draft.Properties, "products", out var products))
        {
            if (products.ValueKind != JsonValueKind.Array)
                return JsonMembers.WrongType("properties.products", products, "an array of objects");
            if (SumProducts(products, out units, out var isGiven) is { } fault)
                return fault;
            if (isGiven)
                return null;
            units = 1;
        }

        const string field = "properties.quantity";
        if (!JsonMembers.TryGet(draft.Properties, "quantity", out var quantity))
            return null;
        lineage.Add(new("fact.units", field));
        return ReadQuantity(quantity, field, out units);
    }

    private EventFault? SumProducts(JsonElement products, out long sum, out bool isGiven)
    {
        sum = 0;
        isGiven = false;
        var index = -1;
        foreach (var product in products.EnumerateArray())
        {
            index++;
            var field = string.Create(CultureInfo.InvariantCulture, $"properties.products[{index}]");
            if (product.ValueKind != JsonValueKind.Object)
                return JsonMembers.WrongType(field, product, "an object");
            if (!JsonMembers.TryGet(product, "quantity", out var quantity))
                continue;
            if (ReadQuantity(quantity, $"{field}.quantity", out var units) is { } fault)
                return fault;
            isGiven = true;
            sum += units;
            if (sum > EventLimits.MaxUnits)
                return BadUnits("properties.products");
        }

        if (isGiven)
            lineage.Add(new("fact.units", "properties.products[].quantity"));
        return null;
    }

    private static EventFault? ReadQuantity(JsonElement quantity, string field, out long units)
    {
        units = 0;
        if (quantity.ValueKind != JsonValueKind.Number)
            return JsonMembers.WrongType(field, quantity, "a whole number");
        var isReadable = ExactDecimal.TryParse(JsonMarshal.GetRawUtf8Value(quantity), out var exact)
            && exact.TryScale(0, out units, out var isRounded) && !isRounded;
        return isReadable && units is >= 0 and <= EventLimits.MaxUnits ? null : BadUnits(field);
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

        foreach (var name in AmountFields)
        {
            if (JsonMembers.TryGet(draft.Properties, name, out var value))
                return ReadAmount(value, $"properties.{name}", out amount, out currency);
        }

        return null;
    }

    private EventFault? ReadAmount(JsonElement value, string field, out long amount, out string currency)
    {
        amount = 0;
        if (ReadCurrency(out currency) is { } fault)
            return fault;
        if (value.ValueKind != JsonValueKind.Number)
            return JsonMembers.WrongType(field, value, "a number, such as 39.95");
        if (!ExactDecimal.TryParse(JsonMarshal.GetRawUtf8Value(value), out var exact) || exact.IsNegative
            || !exact.TryScale(Iso4217.Exponent(currency), out amount, out var isRounded)
            || amount > EventLimits.MaxAmountMinor)
            return BadAmount(field);
        lineage.Add(new("fact.amount", field));
        if (isRounded)
            lineage.Add(new("fact.amount.rounded", field));
        return null;
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
        QuarantineCodes.InvalidAmount, field, "string", "Send an ISO 4217 code of three letters, such as EUR.");
}
