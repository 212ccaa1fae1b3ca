using System.Globalization;
using System.Numerics;
using CsCheck;
using MartechGrains.Core.Events;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class OrderFactTests
{
    [Theory]
    [InlineData("{}", 1, 0, "")]
    [InlineData("""{"revenue":39.95}""", 1, 3995, "USD")]
    [InlineData("""{"revenue":0}""", 1, 0, "USD")]
    [InlineData("""{"revenue":0.29,"total":5,"currency":"eur"}""", 1, 29, "EUR")]
    [InlineData("""{"revenue":null,"total":5.1,"value":7}""", 1, 510, "USD")]
    [InlineData("""{"value":7}""", 1, 700, "USD")]
    [InlineData("""{"revenue":1.995e3,"currency":"JPY"}""", 1, 1995, "JPY")]
    [InlineData("""{"revenue":1.2345,"currency":"KWD"}""", 1, 1234, "KWD")]
    [InlineData("""{"revenue":1.005}""", 1, 100, "USD")]
    [InlineData("""{"revenue":1.015}""", 1, 102, "USD")]
    [InlineData("""{"revenue":1.0050000000000000000000000000000001}""", 1, 101, "USD")]
    [InlineData("""{"revenue":0.001}""", 1, 0, "USD")]
    [InlineData("""{"revenue":1e-300}""", 1, 0, "USD")]
    [InlineData("""{"revenue":10000000000000.00}""", 1, 1_000_000_000_000_000, "USD")]
    [InlineData("""{"quantity":4}""", 4, 0, "")]
    [InlineData("""{"quantity":4,"products":[]}""", 4, 0, "")]
    [InlineData("""{"quantity":4,"products":[{"quantity":2},{"sku":"x"},{"quantity":3}]}""", 5, 0, "")]
    [InlineData("""{"products":[{"sku":"x"},{"sku":"y"}]}""", 1, 0, "")]
    [InlineData("""{"quantity":2.0}""", 2, 0, "")]
    [InlineData("""{"total":"39.95"}""", 1, 3995, "USD")]
    [InlineData("""{"revenue":"","total":"30.00"}""", 1, 3000, "USD")]
    [InlineData("""{"revenue":false,"total":30}""", 1, 3000, "USD")]
    [InlineData("""{"quantity":"2"}""", 2, 0, "")]
    [InlineData("""{"quantity":-1}""", 1, 0, "")]
    [InlineData("""{"quantity":0.35}""", 1, 0, "")]
    [InlineData("""{"quantity":2.5}""", 1, 0, "")]
    [InlineData("""{"products":{},"quantity":3}""", 3, 0, "")]
    [InlineData("""{"products":[null,{"quantity":2},7,{"quantity":"3"},{"quantity":0.35},{"quantity":""}]}""", 6, 0, "")]
    [InlineData("""{"products":[{"quantity":1},{"quantity":true}]}""", 1, 0, "")]
    public void Units_and_money_are_read_exactly(string properties, long units, long amount, string currency)
    {
        var fact = Accept(Order(properties)).Fact;
        Assert.Equal((units, amount, currency), (fact.Units, fact.AmountMinor, fact.Currency));
    }

    [Theory]
    [InlineData("""{"revenue":-1}""", "INVALID_AMOUNT", "properties.revenue")]
    [InlineData("""{"revenue":1e400}""", "INVALID_AMOUNT", "properties.revenue")]
    [InlineData("""{"revenue":1e99999999999}""", "INVALID_AMOUNT", "properties.revenue")]
    [InlineData("""{"revenue":10000000000000.01}""", "INVALID_AMOUNT", "properties.revenue")]
    [InlineData("""{"total":"1,299.00"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":"$49.90"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":"49,90"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":" 49.90"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":"1e3"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":".5"}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":"5."}""", "WRONG_TYPE", "properties.total")]
    [InlineData("""{"total":"-5"}""", "INVALID_AMOUNT", "properties.total")]
    [InlineData("""{"revenue":"$5","total":5}""", "WRONG_TYPE", "properties.revenue")]
    [InlineData("""{"revenue":{}}""", "WRONG_TYPE", "properties.revenue")]
    [InlineData("""{"revenue":1,"currency":"XXX"}""", "INVALID_AMOUNT", "properties.currency")]
    [InlineData("""{"revenue":1,"currency":"BTC"}""", "INVALID_AMOUNT", "properties.currency")]
    [InlineData("""{"revenue":1,"currency":"GBX"}""", "INVALID_AMOUNT", "properties.currency")]
    [InlineData("""{"revenue":1,"currency":"EURO"}""", "INVALID_AMOUNT", "properties.currency")]
    [InlineData("""{"revenue":1,"currency":5}""", "WRONG_TYPE", "properties.currency")]
    [InlineData("""{"products":[{"quantity":1000000000},{"quantity":1}]}""", "OUT_OF_RANGE", "properties.products")]
    public void What_cannot_be_money_or_units_is_refused(string properties, string code, string field)
    {
        var reason = Reject(Order(properties));
        Assert.Equal((code, field), (reason.Code, reason.Field));
    }

    [Fact]
    public void Rounding_and_the_default_currency_are_told_in_the_lineage()
    {
        var lineage = Accept(Order("""{"revenue":1.005,"quantity":2}""")).SourceFields;
        Assert.Contains(new SourceField("fact.amount", "properties.revenue"), lineage);
        Assert.Contains(new SourceField("fact.amount.rounded", "properties.revenue"), lineage);
        Assert.Contains(new SourceField("fact.currency", "default_currency"), lineage);
        Assert.Contains(new SourceField("fact.units", "properties.quantity"), lineage);
        Assert.DoesNotContain(
            Accept(Order("""{"revenue":1.50}""")).SourceFields,
            f => f.Output.EndsWith("rounded", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_orders_have_units_and_money() =>
        Assert.Equal(
            new Fact(EventClass.CartUpdated, Channel.Unknown),
            Accept(Track("Product Added", ",\"properties\":{\"quantity\":3,\"value\":9.5}")).Fact);

    [Fact]
    public void Every_amount_in_cents_is_exact() =>
        Gen.Long[0, EventLimits.MaxAmountMinor].Sample(cents =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}");
            return Accept(Order($$"""{"revenue":{{text}}}""")).Fact.AmountMinor == cents;
        });

    [Fact]
    public void Any_decimal_is_rounded_as_whole_number_arithmetic_rounds_it() =>
        Gen.Select(Gen.Long[0, 999_999_999_999], Gen.Int[0, 14]).Sample((digits, places) =>
        {
            var text = digits.ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
            var json = places == 0 ? text : $"{text[..^places]}.{text[^places..]}";
            var actual = Accept(Order($$"""{"revenue":{{json}}}""")).Fact.AmountMinor;
            var divisor = BigInteger.Pow(10, places);
            var whole = BigInteger.DivRem(digits * (BigInteger)100, divisor, out var rest);
            var isUp = (rest * 2 > divisor) || (rest * 2 == divisor && !whole.IsEven);
            return actual == (long)(isUp ? whole + 1 : whole);
        });
}
