using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Net.Client;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;

namespace MartechGrains.Server.Demo;

/// <summary>
/// Sends the shop's events through the real doors of the running server, half by HTTP and half by gRPC, and says what
/// to try next.
/// </summary>
internal static class DemoRun
{
    private const int BatchSize = 50;

    public static async Task RunAsync(
        string http, string grpc, DateTimeOffset now, TextWriter output, CancellationToken cancellationToken)
    {
        var events = ShopEvents.Make(now);
        var half = events.Count / 2;
        using var client = new HttpClient { BaseAddress = new Uri(http) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Basic());
        for (var i = 0; i < half; i += BatchSize)
            await SendAsync(client, events, i, Math.Min(BatchSize, half - i), cancellationToken);
        using var channel = GrpcChannel.ForAddress(grpc);
        var ingest = new IngestService.IngestServiceClient(channel);
        var headers = new global::Grpc.Core.Metadata { { "authorization", $"Basic {Basic()}" } };
        for (var i = half; i < events.Count; i += BatchSize)
        {
            var request = new IngestEventsRequest();
            foreach (var json in events.Skip(i).Take(BatchSize))
                request.Events.Add(new Event { SegmentJson = UnsafeByteOperations.UnsafeWrap(json) });
            var response = await ingest.IngestEventsAsync(
                request, headers, cancellationToken: cancellationToken);
            if (response.Results.Any(static result => result.Status != EventResult.Types.Status.Accepted))
                throw new InvalidOperationException("The demo's own events were not accepted.");
        }
        var profile = await new ActivationService.ActivationServiceClient(channel).GetProfileAsync(new GetProfileRequest
        {
            Key = new ProfileKey { Identifier = new Identifier { Namespace = "email", Value = "ada@example.com" } },
            Purpose = "demo",
        }, cancellationToken: cancellationToken);
        await WriteAsync(output, events.Count, half, profile.Profile, http, grpc);
    }

    private static string Basic() =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{AccessOptions.DemoWriteKey}:"));

    private static async Task SendAsync(
        HttpClient client, IReadOnlyList<ReadOnlyMemory<byte>> events, int from, int count,
        CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write("{\"batch\":["u8);
        for (var i = from; i < from + count; i++)
        {
            if (i > from) body.Write(","u8);
            body.Write(events[i].Span);
        }
        body.Write("]}"u8);
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PostAsync(
            new Uri("v1/batch", UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task WriteAsync(
        TextWriter output, int events, int overHttp, Profile profile, string http, string grpc)
    {
        var identifiers = string.Join(", ", profile.Identifiers.Select(static id => $"{id.Namespace}:{id.Value}"));
        var revenue = profile.Features["revenue"].Value.Amounts.Amounts[0];
        var cli = $"dotnet run --project src/MartechGrains.Cli -- --server {grpc}";
        await output.WriteLineAsync($"""

            {events} events of {ShopEvents.Visitors} visitors are in: {overHttp} over HTTP, {events - overHttp} over gRPC.
            One of them is Ada, known as {identifiers}:
              profile    {profile.ProfileId}
              purchases  {profile.Features["purchase_count"].Value.Integer}, revenue {revenue.MinorUnits / 100m:0.00} {revenue.CurrencyCode}
              lifecycle  {profile.Features["lifecycle"].Value.Category}

            Try, in another terminal:
              {cli} lookup email:ada@example.com
              {cli} explain email:ada@example.com revenue
              {cli} graph email:ada@example.com
              curl -s '{http}/v1/profiles/email/ada@example.com?purpose=demo'
              curl -s -u {AccessOptions.DemoWriteKey}: -H 'Content-Type: application/json' {http}/v1/track \
                -d '{JsonSerializer.Serialize(new { userId = "customer-00", @event = "Product Viewed" })}'
            """);
    }
}
