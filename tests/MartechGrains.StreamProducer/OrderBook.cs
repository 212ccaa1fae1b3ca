using System.Globalization;
using System.Text;
using MartechGrains.Grains.Streams;

namespace MartechGrains.StreamProducer;

/// <summary>
/// The same orders in every process: numbered from 0, spread over people who are seen as a browser, then with their
/// login, then with login and e-mail address, so that their profiles unite while events come in.
/// </summary>
public static class OrderBook
{
    /// <summary>The source of all of them.</summary>
    public const string Source = "stream";

    /// <summary>How many people there are.</summary>
    public const int People = 150;

    /// <summary>Events of a batch.</summary>
    public const int BatchSize = 20;

    private static readonly DateTime FirstDay = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Order number <paramref name="index"/>.</summary>
    public static Order Of(int index) =>
        new(index, index % People, Units: 1 + (index % 4), Cents: 100 + (index * 37 % 9_001));

    /// <summary>All orders in batches of <see cref="BatchSize"/>; the ids of the batches are always the same.</summary>
    public static IReadOnlyList<EventBatch> Batches(int orders) =>
        [.. Enumerable.Range(0, orders).Chunk(BatchSize).Select(static (indices, number) => new EventBatch(
            new Guid(number, 1, 1, new byte[8]), Source, [.. indices.Select(static index => Payload(Of(index)))]))];

    private static ReadOnlyMemory<byte> Payload(Order order)
    {
        var time = FirstDay.AddMinutes(order.Index).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var person = (order.Index / People % 3) switch
        {
            0 => $""" "anonymousId": "{order.Browser}" """,
            1 => $""" "anonymousId": "{order.Browser}", "userId": "{order.User}" """,
            _ => $$""" "userId": "{{order.User}}", "context": { "traits": { "email": "{{order.Email}}" } } """,
        };
        var revenue = (order.Cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            $$"""
            {
              "type": "track", "event": "Order Completed", "messageId": "{{order.EventId}}", "timestamp": "{{time}}",
              {{person}},
              "properties": { "revenue": {{revenue}}, "currency": "USD", "products": [{ "quantity": {{order.Units}} }] }
            }
            """);
    }
}

/// <summary>One completed order.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Person">Whose it is: 0 to <see cref="OrderBook.People"/> - 1.</param>
/// <param name="Units">Units bought.</param>
/// <param name="Cents">What they cost together, in US cents.</param>
public sealed record Order(int Index, int Person, int Units, int Cents)
{
    /// <summary>The event's id.</summary>
    public string EventId => FormattableString.Invariant($"order-{Index}");

    /// <summary>The person's login.</summary>
    public string User => FormattableString.Invariant($"user-{Person}");

    /// <summary>The person's browser.</summary>
    public string Browser => FormattableString.Invariant($"browser-{Person}");

    /// <summary>The person's address.</summary>
    public string Email => FormattableString.Invariant($"person{Person}@shop.example");
}
