using System.Net;
using System.Text;
using Google.Protobuf;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Tests.Cli;
using Xunit;

namespace MartechGrains.Server.Tests;

/// <summary>The HTTP routes that the protos declare, as requests arrive at the services.</summary>
public sealed class TranscodingRouteTests
{
    private const string Id = "00112233445566778899aabbccddeeff";
    private static readonly ProfileKey s_ada = new(
        )
    { Identifier = new() { Namespace = "email", Value = "ada@x.org" } };
    private static readonly ProfileKey s_id = new() { ProfileId = Id };

    public static TheoryData<string, object> Routes => new()
    {
        { "v1/profiles/email/ada@x.org?purpose=p", new GetProfileRequest { Key = s_ada, Purpose = "p" } },
        { $"v1/profiles/{Id}?purpose=p", new GetProfileRequest { Key = s_id, Purpose = "p" } },
        {
            "v1/profiles/email/ada@x.org/values/features.purchase_count:explain?purpose=p&pageSize=5",
            new ExplainValueRequest { Key = s_ada, Purpose = "p", Field = "features.purchase_count", PageSize = 5 }
        },
        {
            $"v1/profiles/{Id}/values/traits.plan:explain?purpose=p",
            new ExplainValueRequest { Key = s_id, Purpose = "p", Field = "traits.plan" }
        },
        { "v1/identityGraphs/email/ada@x.org?purpose=p", new GetIdentityGraphRequest { Key = s_ada, Purpose = "p" } },
        { $"v1/identityGraphs/{Id}?purpose=p", new GetIdentityGraphRequest { Key = s_id, Purpose = "p" } },
        {
            "v1/links:explain?a.namespace=email&a.value=ada@x.org&b.namespace=user_id&b.value=ada&purpose=p",
            new ExplainLinkRequest
            {
                A = s_ada.Identifier,
                B = new Identifier { Namespace = "user_id", Value = "ada" },
                Purpose = "p",
            }
        },
        {
            "v1/profiles/email/ada@x.org/identity:explain?purpose=p",
            new ExplainProfileRequest { Key = s_ada, Purpose = "p" }
        },
        { $"v1/profiles/{Id}/identity:explain?purpose=p", new ExplainProfileRequest { Key = s_id, Purpose = "p" } },
        { "v1/quarantinedEvents?source=web", new ListQuarantinedEventsRequest { Source = "web" } },
        { $"v1/decisions/{Id}", new GetDecisionRequest { DecisionId = Id } },
        { "v1/decisions?pageSize=5&pageToken=t", new ListDecisionsRequest { PageSize = 5, PageToken = "t" } },
        { "v1/inertValues?purpose=p&pageSize=5", new ListInertValuesRequest { Purpose = "p", PageSize = 5 } },
        { "v1/policies", new ListPolicyVersionsRequest() },
        { "v1/policies/3", new GetPolicyRequest { Version = 3 } },
        { "v1/quarantinedEvents/q-1", new GetQuarantinedEventRequest { QuarantineId = "q-1" } },
    };

    public static TheoryData<string, object> Posts => new()
    {
        {
            "v1/decisions", new CreateDecisionRequest
            {
                RequestId = "r",
                Subject = new DecisionSubject { LinkableValue = new LinkableValue { Value = s_ada.Identifier } },
                Actor = "ada",
                Reason = "because",
            }
        },
        {
            "v1/decisions:preview", new PreviewDecisionRequest
            {
                Subject = new DecisionSubject { SourceRetraction = new SourceRetraction { Source = "web" } },
                Purpose = "p",
            }
        },
        {
            $"v1/decisions/{Id}:undo", new UndoDecisionRequest { DecisionId = Id, Actor = "ada", Reason = "because" }
        },
    };

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task A_route_takes_the_request_as_its_body(string path, object request)
    {
        await using var server = await FakeServer.StartAsync();
        using var client = ClientOf(server);
        using var body = new StringContent(
            ProtoJson.OnLine((IMessage)request), Encoding.UTF8, "application/json");

        using var reply = await client.PostAsync(new Uri(path, UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(request, server.Reads.LastRequest);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_route_fills_the_request(string path, object request)
    {
        await using var server = await FakeServer.StartAsync();
        using var client = ClientOf(server);

        using var reply = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(request, server.Reads.LastRequest);
    }

    private static HttpClient ClientOf(FakeServer server) => new()
    {
        BaseAddress = new Uri(server.Address),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
