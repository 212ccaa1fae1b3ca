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
internal sealed class SegmentIdentifiers(JsonElement root, EventType type)
{
    private static readonly string[] KnownNamespaces =
        ["user_id", "anonymous_id", "email", "phone", "device_id", "account_id", "customer_number"];

    private readonly List<RawIdentifier> _found = [];

    /// <summary>Collects the identifiers, at most one more than are allowed.</summary>
    public List<RawIdentifier> Read(ref EventFault? fault)
    {
        Add(root, "userId", "", "user_id", ref fault);
        Add(root, "anonymousId", "", "anonymous_id", ref fault);
        if (type == EventType.Alias)
            Add(root, "previousId", "", "anonymous_id", ref fault);
        if (type != EventType.Group && JsonMembers.TryGet(root, "traits", out var traits))
            AddTraits(traits, "traits.", ref fault);
        if (!JsonMembers.TryGet(root, "context", out var context))
            return _found;
        if (JsonMembers.TryGet(context, "traits", out var contextTraits))
            AddTraits(contextTraits, "context.traits.", ref fault);
        if (JsonMembers.TryGet(context, "device", out var device)
            && JsonMembers.TryGet(device, "adTrackingEnabled", out var isTracked)
            && isTracked.ValueKind == JsonValueKind.True)
            Add(device, "id", "context.device.", "device_id", ref fault);
        if (JsonMembers.TryGet(context, "externalIds", out var externalIds))
            AddExternalIds(externalIds, ref fault);
        return _found;
    }

    private void AddTraits(JsonElement traits, string path, ref EventFault? fault)
    {
        Add(traits, "email", path, "email", ref fault);
        Add(traits, "phone", path, "phone", ref fault);
    }

    private void Add(JsonElement owner, string name, string path, string namespaceName, ref EventFault? fault)
    {
        var field = path + name;
        if (JsonMembers.ReadText(owner, name, field, ref fault) is { } text)
            _found.Add(new RawIdentifier(namespaceName, text, field, IsIncidental: path.Length > 0));
    }

    private void AddExternalIds(JsonElement list, ref EventFault? fault)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            fault ??= JsonMembers.WrongType("context.externalIds", list, "an array of objects");
            return;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (fault is not null || _found.Count > EventLimits.MaxIdentifiers)
                return;
            var field = string.Create(CultureInfo.InvariantCulture, $"context.externalIds[{index++}]");
            AddExternalId(item, field, ref fault);
        }
    }

    private void AddExternalId(JsonElement item, string field, ref EventFault? fault)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            fault ??= JsonMembers.WrongType(field, item, "an object with id, type, collection and encoding");
            return;
        }

        var namespaceName = JsonMembers.ReadText(item, "type", $"{field}.type", ref fault);
        var collection = JsonMembers.ReadText(item, "collection", $"{field}.collection", ref fault) ?? "users";
        var encoding = JsonMembers.ReadText(item, "encoding", $"{field}.encoding", ref fault) ?? "none";
        var id = JsonMembers.ReadText(item, "id", $"{field}.id", ref fault);
        if (collection == "users" && encoding == "none" && id is not null
            && KnownNamespaces.Contains(namespaceName, StringComparer.Ordinal))
            _found.Add(new RawIdentifier(namespaceName!, id, $"{field}.id"));
    }
}
