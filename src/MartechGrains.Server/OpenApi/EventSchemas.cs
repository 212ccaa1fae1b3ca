using Microsoft.OpenApi;

namespace MartechGrains.Server.OpenApi;

/// <summary>What the doors for SDKs take and answer, which no proto says.</summary>
internal static class EventSchemas
{
    private static readonly string[] Texts = ["type", "messageId", "userId", "anonymousId", "event", "name", "groupId",
        "previousId", "timestamp", "originalTimestamp", "sentAt"];

    private static readonly string[] Objects = ["properties", "traits", "context"];

    /// <summary>An event, or a batch of events, in Segment's shape; more members are taken and kept.</summary>
    public static OpenApiSchema Body(bool isBatch)
    {
        var one = Object(
        [
            .. Texts.Select(static name => (name, (IOpenApiSchema)Text())),
            .. Objects.Select(static name => (name, (IOpenApiSchema)Object())),
        ]);
        one.Description = "An event as Segment's HTTP API has it. It has at least one of userId and anonymousId.";
        if (!isBatch) return one;
        var batch = Object(
            ("batch", ListOf(one)), ("context", new OpenApiSchema { Type = JsonSchemaType.Object }), ("sentAt", Text()),
            ("writeKey", Text()));
        batch.Required = new HashSet<string>(StringComparer.Ordinal) { "batch" };
        return batch;
    }

    /// <summary>What is answered to events that are taken.</summary>
    public static OpenApiSchema Answer() => Object(
        ("success", new OpenApiSchema { Type = JsonSchemaType.Boolean }), ("accepted", Number()),
        ("duplicates", Number()),
        ("quarantined", ListOf(Object(
            ("index", Number()), ("code", Text()), ("field", Text()), ("kind", Text()), ("remedy", Text()),
            ("quarantineId", Text())))),
        ("noted", ListOf(Object(("index", Number()), ("note", Text()), ("field", Text())))));

    /// <summary>What is answered instead.</summary>
    public static OpenApiSchema Error() => Object(("error", Object(
        ("code", Text()), ("message", Text()), ("field", Text()), ("remedy", Text()))));

    private static OpenApiSchema Object(params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = members.ToDictionary(
            static member => member.Name, static member => member.Schema, StringComparer.Ordinal),
    };

    private static OpenApiSchema ListOf(IOpenApiSchema item) => new() { Type = JsonSchemaType.Array, Items = item };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Number() => new() { Type = JsonSchemaType.Integer, Format = "int32" };
}
