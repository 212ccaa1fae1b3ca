using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace MartechGrains.Server.OpenApi;

/// <summary>
/// Messages as their JSON form is: each a schema of the document, under its name in the protos. Not safe to share
/// between threads.
/// </summary>
/// <param name="document">Takes the schemas.</param>
internal sealed class MessageSchemas(OpenApiDocument document)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The schema of a message; adds it, and all that it is made of, where it is new.</summary>
    public IOpenApiSchema Of(MessageDescriptor message)
    {
        if (WellKnown(message.FullName) is { } written) return written;
        if (_known.Add(message.FullName))
        {
            document.AddComponent(message.FullName, new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = ProtoComments.Of(message),
                Properties = message.Fields.InDeclarationOrder()
                    .ToDictionary(static field => field.JsonName, Described, StringComparer.Ordinal),
                Required = message.Fields.InDeclarationOrder().Where(IsRequired)
                    .Select(static field => field.JsonName).ToHashSet(StringComparer.Ordinal),
            });
        }

        return new OpenApiSchemaReference(message.FullName, document);
    }

    /// <summary>The schema of one value of a field.</summary>
    public IOpenApiSchema OfOne(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType),
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.Int32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        FieldType.Int64 => new OpenApiSchema { Type = JsonSchemaType.String, Format = "int64" },
        FieldType.Double => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        FieldType.Bytes => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        FieldType.String => new OpenApiSchema { Type = JsonSchemaType.String },
        FieldType.Enum => new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. field.EnumType.Values.Select(static value => (System.Text.Json.Nodes.JsonNode)value.Name)],
        },
        _ => throw new NotSupportedException($"{field.FullName} is of a type that the protos had none of."),
    };

    /// <summary>Whether requests have to have a field.</summary>
    public static bool IsRequired(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.Required)
            is true;

    private IOpenApiSchema Described(FieldDescriptor field)
    {
        var schema = Of(field);
        // What stands beside a reference describes this use of it.
        if (schema is OpenApiSchemaReference reference) reference.Description = ProtoComments.Of(field);
        else if (schema is OpenApiSchema own) own.Description = ProtoComments.Of(field);
        return schema;
    }

    private IOpenApiSchema Of(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = OfOne(field.MessageType.FindFieldByName("value")),
            };
        }

        return field.IsRepeated
            ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = OfOne(field) }
            : OfOne(field);
    }

    private static OpenApiSchema? WellKnown(string name) => name switch
    {
        "google.protobuf.Timestamp" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        "google.protobuf.FieldMask" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "field-mask" },
        "google.protobuf.Value" => new OpenApiSchema(),
        "google.protobuf.Any" => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["@type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        },
        _ => null,
    };
}
