using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Time;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class SegmentPayloadTests
{
    [Fact]
    public void An_identify_gives_identifiers_and_canonical_traits()
    {
        var decoded = Accept("""
            {"type":"identify","messageId":"m1","timestamp":"2026-01-01T11:00:00.123+01:00","userId":"u1",
             "anonymousId":"a1","traits":{"plan":"pro","email":"Ada@Example.com","address":{"zip":"1","city":"B\u00e9"},
             "n":1.50,"gone":null},"context":{"traits":{"plan":"old","phone":"+4915112345678"}}}
            """);
        Assert.Equal(Ids("anonymous_id:a1", "email:ada@example.com", "phone:+4915112345678", "user_id:u1"),
            decoded.Identifiers);
        Assert.Equal(EventClass.Identified, decoded.Fact.Class);
        Assert.Equal(new EventTime(1_767_261_600_123), decoded.EventTime);
        Assert.Equal(
            (TraitValue[])[
                new("address", """{"city":"Bé","zip":"1"}"""), new("email", "\"Ada@Example.com\""), new("gone", "null"),
                new("n", "1.5"), new("phone", "\"+4915112345678\""), new("plan", "\"pro\""),
            ],
            decoded.Traits.ToArray());
        Assert.Contains(new SourceField("trait.plan", "traits.plan"), decoded.SourceFields);
        Assert.Contains(new SourceField("trait.phone", "context.traits.phone"), decoded.SourceFields);
        Assert.Contains(new SourceField("identifier.email", "traits.email"), decoded.SourceFields);
        Assert.Equal("shop", decoded.Source);
        Assert.Equal(EventCleaning.Version, decoded.CleaningVersion);
    }

    [Theory]
    [InlineData("Order Completed", EventClass.OrderCompleted, Channel.Unknown)]
    [InlineData("completed order", EventClass.OrderCompleted, Channel.Unknown)]
    [InlineData("ORDER REFUNDED", EventClass.OrderRefunded, Channel.Unknown)]
    [InlineData("Order Cancelled", EventClass.OrderRefunded, Channel.Unknown)]
    [InlineData("Product Viewed", EventClass.ProductViewed, Channel.Unknown)]
    [InlineData("Product Added", EventClass.CartUpdated, Channel.Unknown)]
    [InlineData("Product Removed", EventClass.CartUpdated, Channel.Unknown)]
    [InlineData("Cart Viewed", EventClass.Other, Channel.Unknown)]
    [InlineData("Checkout Started", EventClass.CheckoutStarted, Channel.Unknown)]
    [InlineData("Checkout Step Completed", EventClass.CheckoutStarted, Channel.Unknown)]
    [InlineData("Products Searched", EventClass.Other, Channel.Unknown)]
    [InlineData("Email Delivered", EventClass.MessageDelivered, Channel.Email)]
    [InlineData("Email Opened", EventClass.MessageOpened, Channel.Email)]
    [InlineData("Email Link Clicked", EventClass.MessageClicked, Channel.Email)]
    [InlineData("Email Bounced", EventClass.MessageBounced, Channel.Email)]
    [InlineData("Email Marked as Spam", EventClass.MessageMarkedAsSpam, Channel.Email)]
    [InlineData(" unsubscribed ", EventClass.Unsubscribed, Channel.Email)]
    [InlineData("Push Notification Tapped", EventClass.MessageClicked, Channel.Push)]
    [InlineData("SMS Delivered", EventClass.MessageDelivered, Channel.Sms)]
    [InlineData("Signed Up", EventClass.SignedUp, Channel.Unknown)]
    [InlineData("Logged In", EventClass.LoggedIn, Channel.Unknown)]
    [InlineData("Tree Planted", EventClass.Other, Channel.Unknown)]
    public void Names_of_the_specification_have_their_class_and_channel(
        string name, EventClass expected, Channel channel)
    {
        var decoded = Accept(Track(name));
        Assert.Equal(expected, decoded.Fact.Class);
        Assert.Equal(channel, decoded.Fact.Channel);
        Assert.Equal(name, decoded.Name);
    }

    [Theory]
    [InlineData("""{"duration":9.999}""", EventClass.ProductViewed)]
    [InlineData("""{"duration":10}""", EventClass.ProductEngaged)]
    [InlineData("""{"dwell_seconds":1.2e1}""", EventClass.ProductEngaged)]
    [InlineData("""{"duration":"long"}""", EventClass.ProductViewed)]
    public void A_product_viewed_for_ten_seconds_is_an_engagement(string properties, EventClass expected) =>
        Assert.Equal(expected, Accept(Track("Product Viewed", $",\"properties\":{properties}")).Fact.Class);

    [Theory]
    [InlineData("page", EventClass.PageViewed, Channel.Web)]
    [InlineData("screen", EventClass.ScreenViewed, Channel.App)]
    public void Views_take_their_channel_from_their_type(string type, EventClass expected, Channel channel)
    {
        var named = Accept($$"""{"type":"{{type}}","anonymousId":"a","name":"Home","timestamp":"2026-01-01"}""");
        Assert.Equal(("Home", expected, channel), (named.Name, named.Fact.Class, named.Fact.Channel));
        Assert.Equal(type, Accept($$"""{"type":"{{type}}","anonymousId":"a","timestamp":"2026-01-01"}""").Name);
    }

    [Theory]
    [InlineData(""","context":{"library":{"name":"@segment/analytics-node"}}""", Channel.Server)]
    [InlineData(""","context":{"library":{"name":"analytics-ios"}}""", Channel.App)]
    [InlineData(""","context":{"library":{"name":"analytics.js"}}""", Channel.Web)]
    [InlineData(""","channel":"mobile","context":{"library":{"name":"analytics.js"}}""", Channel.App)]
    [InlineData(""","context":{"channel":"store"}""", Channel.Store)]
    [InlineData(""","context":{"library":"odd"}""", Channel.Unknown)]
    public void The_channel_is_what_the_sender_tells(string members, Channel expected) =>
        Assert.Equal(expected, Accept(Track("Tree Planted", members)).Fact.Channel);

    [Fact]
    public void A_message_event_has_the_channel_of_the_message_not_of_its_sender() =>
        Assert.Equal(Channel.Email, Accept(Track("Email Opened", ",\"channel\":\"server\"")).Fact.Channel);

    [Fact]
    public void A_group_keeps_its_id_as_a_trait_and_its_traits_and_addresses_to_itself()
    {
        var decoded = Accept("""
            {"type":"group","userId":"u1","groupId":"g1","traits":{"email":"info@example.com"},
             "timestamp":"2026-01-01T00:00:00Z"}
            """);
        Assert.Equal(Ids("user_id:u1"), decoded.Identifiers);
        Assert.Equal(new TraitValue("groupId", "\"g1\""), Assert.Single(decoded.Traits));
        Assert.Equal(EventClass.Grouped, decoded.Fact.Class);
    }

    [Fact]
    public void An_alias_gives_both_names()
    {
        var decoded = Accept("""
            {"type":"alias","userId":"u1","previousId":"a1","timestamp":"2026-01-01T00:00:00Z"}
            """);
        Assert.Equal(Ids("anonymous_id:a1", "user_id:u1"), decoded.Identifiers);
        Assert.Equal(EventClass.Aliased, decoded.Fact.Class);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void A_device_id_names_the_person_only_with_their_leave(string tracking, bool expected)
    {
        var decoded = Accept(Track(
            "X", $$$""","context":{"device":{"id":"d1","adTrackingEnabled":{{{tracking}}}}}"""));
        Assert.Equal(expected, decoded.Identifiers.Contains(new("device_id", "d1")));
    }

    [Fact]
    public void External_ids_of_known_namespaces_count_and_hashed_or_foreign_ones_do_not()
    {
        var decoded = Accept(Track("X", """
            ,"context":{"externalIds":[
              {"id":"C-7","type":"customer_number","collection":"users","encoding":"none"},
              {"id":"acc","type":"account_id"},
              {"id":"h","type":"email","collection":"users","encoding":"sha256"},
              {"id":"g","type":"account_id","collection":"accounts"},
              {"id":"x","type":"shoe_size"}]}
            """));
        Assert.Equal(Ids("account_id:acc", "customer_number:C-7", "user_id:u1"), decoded.Identifiers);
    }

    [Fact]
    public void An_address_among_the_properties_is_not_the_persons() =>
        Assert.Equal(Ids("user_id:u1"), Accept(Order("""{"email":"friend@example.com"}""")).Identifiers);

    [Fact]
    public void A_phone_number_that_does_not_fit_is_left_out_and_told_in_the_lineage()
    {
        var decoded = Accept("""
            {"type":"identify","userId":"u1","traits":{"phone":"0151 2345"},"timestamp":"2026-01-01T00:00:00Z"}
            """);
        Assert.Equal(Ids("user_id:u1"), decoded.Identifiers);
        Assert.Single(decoded.Traits);
        Assert.Contains(new SourceField("ignored.INVALID_IDENTIFIER", "traits.phone"), decoded.SourceFields);
    }

    [Fact]
    public void Blocked_values_beside_a_good_one_stay_as_evidence() =>
        Assert.Equal(Ids("anonymous_id:null", "user_id:u1"),
            Accept(Track("X", ",\"anonymousId\":\"null\"")).Identifiers);
}
