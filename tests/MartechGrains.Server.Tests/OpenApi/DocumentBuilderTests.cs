using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity;
using MartechGrains.Server.Access;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Segment;
using MartechGrains.Server.OpenApi;
using MartechGrains.Server.Tests.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Xunit;

namespace MartechGrains.Server.Tests.OpenApi;

public sealed class DocumentBuilderTests : IAsyncLifetime
{
    private IReadOnlyList<RouteEndpoint> _mapped = [];
    private OpenApiDocument _document = new();
    private LoopbackServer _server = null!;

    public async Task InitializeAsync()
    {
        ICollection<EndpointDataSource> sources = [];
        _server = await LoopbackServer.StartAsync(HttpProtocols.Http1, builder =>
        {
            builder.Services.AddSingleton(new FakeReads()).AddSingleton(new FakeIngest());
            builder.Services.AddSingleton(new WriteKeys(new Dictionary<string, string> { ["k"] = "web" }));
            builder.Services.AddSingleton<IngestEvents>(static (_, _) => new([]));
            builder.Services.AddSingleton<NormaliseIdentifier>(
                static (name, value) => new IdentifierVerdict(new Identifier(name, value), IsBlocked: false));
            builder.Services.AddGrpc(static grpc => grpc.IgnoreUnknownServices = true).AddJsonTranscoding();
        }, application =>
        {
            application.MapSegment();
            application.MapGrpcService<FakeIngest>();
            application.MapGrpcService<FakeActivation>();
            application.MapGrpcService<FakeLineage>();
            application.MapGrpcService<FakeIdentity>();
            application.MapGrpcService<FakeDecisions>();
            application.MapGrpcService<FakeOperations>();
            application.MapGrpcService<FakePolicies>();
            sources = ((IEndpointRouteBuilder)application).DataSources;
        });
        _mapped = [.. sources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()];
        _document = DocumentBuilder.Build(_mapped);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void It_has_all_that_is_mapped_and_nothing_else()
    {
        var mapped = _mapped.Where(DocumentBuilder.IsHttp).SelectMany(static endpoint =>
            DocumentBuilder.MethodsOf(endpoint).Select(method => $"{method} {DocumentBuilder.PathOf(endpoint)}"));

        var described = _document.Paths.SelectMany(static path =>
            path.Value.Operations!.Keys.Select(method => $"{method} {path.Key}"));
        Assert.Equal(mapped.Distinct().Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.Contains("POST /v1/decisions/{decision_id}:undo", described);
        Assert.Contains("GET /v1/profiles/{key.profile_id}", described);
        Assert.Contains("POST /beacon/v1/batch", described);
    }

    [Fact]
    public void It_can_be_read_by_others_and_is_without_fault()
    {
        using var text = new StringWriter();
        _document.SerializeAsV31(new OpenApiJsonWriter(text));

        var read = OpenApiDocument.Parse(text.ToString(), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(_document.Paths.Keys, read.Document!.Paths.Keys);
    }

    [Fact]
    public void Every_schema_that_is_referred_to_is_there_and_every_call_and_message_is_described()
    {
        var schemas = _document.Components!.Schemas!;
        Assert.Contains("martechgrains.activation.v1.Profile", schemas.Keys);
        Assert.All(schemas.Where(static one => one.Key.StartsWith("martechgrains.", StringComparison.Ordinal)),
            static one => Assert.False(string.IsNullOrEmpty(one.Value.Description), one.Key));
        Assert.All(_document.Paths.SelectMany(static path => path.Value.Operations!.Values), static operation =>
            Assert.False(string.IsNullOrEmpty(operation.Summary), operation.Description));
        var ids = _document.Paths.SelectMany(static path => path.Value.Operations!.Values)
            .Select(static operation => operation.OperationId).OfType<string>().ToList();
        Assert.Contains("LookupProfiles", ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Parameters_and_fields_are_as_the_doors_take_and_answer_them()
    {
        var get = _document.Paths["/v1/profiles/{key.identifier.namespace}/{key.identifier.value}"]
            .Operations![HttpMethod.Get];
        Assert.Equal(
            ["Path key.identifier.namespace", "Path key.identifier.value", "Query purpose", "Query readMask"],
            get.Parameters!.Select(static one => $"{one.In} {one.Name}").Order(StringComparer.Ordinal));
        Assert.Equal(
            [true, false],
            get.Parameters!.Where(static one => one.In == ParameterLocation.Query).Select(static one => one.Required));

        var money = _document.Components!.Schemas!["martechgrains.type.v1.Money"];
        var amount = money.Properties!["minorUnits"];
        Assert.Equal((JsonSchemaType.String, "int64"), (amount.Type, amount.Format));
        Assert.Equal(["keys", "purpose"], _document.Components
            .Schemas!["martechgrains.activation.v1.LookupProfilesRequest"].Required!.Order());
    }
}
