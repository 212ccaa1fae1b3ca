using System.Globalization;
using System.Text.Json;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Json;

namespace MartechGrains.Core.Events.Segment;

/// <summary>
/// Which fields of a Segment event name the person:
/// <list type="bullet">
/// <item><c>userId</c> → <c>user_id</c>, <c>anonymousId</c> → <c>anonymous_id</c>;</item>
/// <item><c>previousId</c> of an alias → <c>anonymous_id</c>: Segment lets it be either, and an alias is sent when an
/// anonymous visitor becomes known. A source whose aliases join two user ids sends them as external ids;</item>
/// <item><c>traits.email</c>, <c>traits.phone</c> and the same in <c>context.traits</c>, but not a group's own
/// <c>traits</c>, which describe the group, and never <c>properties</c>, which may name somebody else, such as the
/// receiver of a present;</item>
/// <item><c>context.device.id</c> → <c>device_id</c>, only where <c>context.device.adTrackingEnabled</c> is
/// true;</item>
/// <item><c>context.externalIds[]</c> whose <c>type</c> is a known namespace, whose <c>collection</c> is absent or
/// <c>users</c> and whose <c>encoding</c> is absent or <c>none</c>. Others are not of a person, or hashed.</item>
/// </list>
/// <c>groupId</c> names a group, not a person.
/// </summary>
internal sealed class SegmentIdentifiers(
    JsonElement root, JsonElement traits, JsonElement context, JsonElement contextTraits, EventType type,
    PayloadReader reader)
{
    private static readonly string[] KnownNamespaces =
        ["user_id", "anonymous_id", "email", "phone", "device_id", "account_id", "customer_number"];

    private readonly List<RawIdentifier> _found = [];

    /// <summary>Collects the identifiers, at most one more than are allowed.</summary>
    public List<RawIdentifier> Read()
    {
        Add(root, "userId", "", "user_id");
        Add(root, "anonymousId", "", "anonymous_id");
        if (type == EventType.Alias)
        {
            Add(root, "previousId", "", "anonymous_id");
            // Whoever meant a user id by it is told that no two of them are joined.
            reader.Coerce("previous_id_to_anonymous_id", "previousId");
        }

        if (type != EventType.Group)
            AddTraits(traits, "traits.");
        AddTraits(contextTraits, "context.traits.");
        var device = reader.Object(context, "device", "context.device");
        if (JsonMembers.TryGet(device, "adTrackingEnabled", out var isTracked)
            && isTracked.ValueKind == JsonValueKind.True)
            Add(device, "id", "context.device.", "device_id");
        if (JsonMembers.TryGet(context, "externalIds", out var externalIds))
            AddExternalIds(externalIds);
        return _found;
    }

    private void AddTraits(JsonElement of, string path)
    {
        Add(of, "email", path, "email");
        Add(of, "phone", path, "phone");
    }

    private void Add(JsonElement owner, string name, string path, string namespaceName)
    {
        var field = path + name;
        var text = reader.Text(owner, name, field, out var wrong);
        if (text is not null || wrong is not null)
            _found.Add(new RawIdentifier(namespaceName, text ?? "", field, IsIncidental: true, wrong));
    }

    private void AddExternalIds(JsonElement list)
    {
        const string path = "context.externalIds";
        if (list.ValueKind != JsonValueKind.Array)
        {
            if (!PayloadReader.IsBlank(list)) reader.Ignore(JsonMembers.WrongType(path, list, "an array of objects"));
            return;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (_found.Count > EventLimits.MaxIdentifiers)
                return;
            var field = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
            if (item.ValueKind == JsonValueKind.Object) AddExternalId(item, field);
            else if (item.ValueKind != JsonValueKind.Null)
                reader.Ignore(JsonMembers.WrongType(field, item, "an object with id, type, collection and encoding"));
        }
    }

    private void AddExternalId(JsonElement item, string field)
    {
        var namespaceName = reader.Text(item, "type", $"{field}.type", out _);
        if (!KnownNamespaces.Contains(namespaceName, StringComparer.Ordinal)
            || !Is(item, "collection", "users", field) || !Is(item, "encoding", "none", field))
            return;
        Add(item, "id", $"{field}.", namespaceName!);
    }

    /// <summary>Whether a member is absent or says what is wanted; what cannot be read says something else.</summary>
    private bool Is(JsonElement item, string name, string wanted, string field)
    {
        var text = reader.Text(item, name, $"{field}.{name}", out var wrong);
        if (wrong is not null) reader.Ignore(wrong);
        return wrong is null && (text ?? wanted) == wanted;
    }
}
