using System.Net.Mime;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Ingress.Segment;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;

namespace MartechGrains.Server.OpenApi;

/// <summary>
/// Describes what is mapped, as it is mapped: calls in their JSON form from the protos, and the others.
/// </summary>
internal sealed partial class DocumentBuilder
{
    private const string KeyScheme = "key";
    private readonly OpenApiDocument _document;
    private readonly MessageSchemas _messages;
    private readonly Dictionary<string, int> _mappings = new(StringComparer.Ordinal);

    private DocumentBuilder(string version)
    {
        _document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = "MartechGrains",
                Version = version,
                Description = "Takes events in, resolves who is who, and answers with profiles and their features. "
                    + "Whole numbers of 64 bits are texts in JSON. Fields may be named as here or as in the protos "
                    + "(page_size). The same calls, and those that stream, are offered by gRPC.",
            },
            Paths = [],
        };
        _document.AddComponent(KeyScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "A write key, or for operators an operator key, as the user name; the password is empty.",
        });
        _messages = new MessageSchemas(_document);
    }

    /// <summary>The document of some endpoints.</summary>
    public static OpenApiDocument Build(IEnumerable<RouteEndpoint> endpoints)
    {
        var builder = new DocumentBuilder(BuildVersion.Number);
        foreach (var endpoint in endpoints.Where(IsHttp).OrderBy(PathOf, StringComparer.Ordinal))
            builder.Add(endpoint);
        return builder._document;
    }

    /// <summary>Whether it can be called by plain HTTP.</summary>
    public static bool IsHttp(RouteEndpoint endpoint) =>
        RuleOf(endpoint) is not null || endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null;

    /// <summary>Its path, with the names of variables that callers know.</summary>
    public static string PathOf(RouteEndpoint endpoint) => RuleOf(endpoint) is { } rule
        ? rule.Get.Length > 0 ? rule.Get : rule.Post
        : $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";

    /// <summary>Its methods.</summary>
    public static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods
            ? methods
            : [HttpMethods.Get];

    private static HttpRule? RuleOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()?.HttpRule;

    private void Add(RouteEndpoint endpoint)
    {
        var path = PathOf(endpoint);
        if (!_document.Paths.TryGetValue(path, out var item))
            _document.Paths.Add(path, item = new OpenApiPathItem { Operations = [] });
        foreach (var method in MethodsOf(endpoint))
        {
            var call = endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>();
            var operation = call is null ? Plain(endpoint) : Call(call.MethodDescriptor, call.HttpRule);
            operation.Parameters ??= [];
            foreach (Match variable in Variable.Matches(path))
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = variable.Groups[1].Value,
                    In = ParameterLocation.Path,
                    Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            item.Operations!.Add(HttpMethod.Parse(method), operation);
        }
    }

    private OpenApiOperation Call(MethodDescriptor method, HttpRule rule)
    {
        var text = ProtoComments.Of(method);
        return new OpenApiOperation
        {
            Summary = text?.Split('.')[0].ReplaceLineEndings(" "),
            Description = text,
            OperationId = IdOf(method),
            Tags = new HashSet<OpenApiTagReference> { TagOf(method.Service.Name) },
            Parameters =
            [
                .. QueryShape.Parameters(rule, method.InputType).Select(one => new OpenApiParameter
                {
                    Name = one.Name,
                    In = ParameterLocation.Query,
                    Description = ProtoComments.Of(one.Field),
                    Required = MessageSchemas.IsRequired(method.InputType.Fields.InDeclarationOrder()
                        .Single(field => field.JsonName == one.Name.Split('.')[0])),
                    Schema = _messages.OfOne(one.Field),
                }),
            ],
            RequestBody = rule.Body.Length == 0 ? null : new OpenApiRequestBody
            {
                Required = true,
                Content = Json(_messages.Of(method.InputType)),
            },
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "The answer.",
                    Content = Json(_messages.Of(method.OutputType)),
                },
                ["default"] = new OpenApiResponse
                {
                    Description = "Why there is none: code and message, and in details the reason and the field.",
                    Content = Json(_messages.Of(Google.Rpc.Status.Descriptor)),
                },
            },
        };
    }

    /// <summary>The method's name, with a number where it is mapped at several paths.</summary>
    private string IdOf(MethodDescriptor method)
    {
        var number = _mappings[method.Name] = _mappings.GetValueOrDefault(method.Name) + 1;
        return number == 1 ? method.Name : $"{method.Name}{number}";
    }

    private OpenApiOperation Plain(RouteEndpoint endpoint)
    {
        var takes = endpoint.Metadata.GetMetadata<EventBody>();
        return new OpenApiOperation
        {
            Summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary,
            Tags = new HashSet<OpenApiTagReference> { TagOf(takes is null ? "Server" : "Events") },
            Security = takes is null
                ? null
                : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, _document)] = [] }],
            RequestBody = takes is null ? null : new OpenApiRequestBody
            {
                Required = true,
                Content = Json(EventSchemas.Body(takes.IsBatch)),
            },
            Responses = new OpenApiResponses
            {
                ["200"] = takes is null
                    ? new OpenApiResponse { Description = "The answer." }
                    : new OpenApiResponse
                    {
                        Description = "All events are durable, those in quarantine included.",
                        Content = Json(EventSchemas.Answer()),
                    },
                ["default"] = new OpenApiResponse
                {
                    Description = "Why there is none.",
                    Content = Json(EventSchemas.Error()),
                },
            },
        };
    }

    private OpenApiTagReference TagOf(string name)
    {
        _document.Tags ??= new HashSet<OpenApiTag>();
        if (_document.Tags.All(tag => tag.Name != name)) _document.Tags.Add(new OpenApiTag { Name = name });
        return new OpenApiTagReference(name, _document);
    }

    private static Dictionary<string, IOpenApiMediaType> Json(IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { [MediaTypeNames.Application.Json] = new OpenApiMediaType { Schema = schema } };

    [GeneratedRegex(@"\{([A-Za-z_.]+)\}")]
    private static partial Regex Variable { get; }
}
