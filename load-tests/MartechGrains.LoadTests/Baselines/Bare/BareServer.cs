using System.Collections.Concurrent;
using Grpc.Core;
using MartechGrains.Protocol.Activation.V1;


namespace MartechGrains.LoadTests.Baselines.Bare;

/// <summary>
/// The bare service: the least that a gRPC service in .NET can do for a lookup. It finds the finished message in a
/// dictionary, and serialises it.
/// </summary>
public static class BareServer
{
    /// <summary>Serves the profiles of a file until told to stop.</summary>
    public static async Task RunAsync(int httpPort, int grpcPort, string profileFile, CancellationToken cancellation)
    {
        await using var host = Build(httpPort, grpcPort, profileFile);
        await host.RunAsync(cancellation);
    }

    /// <summary>A server of the profiles of a file, not yet started.</summary>
    public static WebApplication Build(int httpPort, int grpcPort, string profileFile)
    {
        var builder = BaselineHost.NewBuilder(httpPort, grpcPort);
        builder.Services.AddSingleton(Load(profileFile));
        var host = builder.Build();
        host.MapGrpcService<BareActivationService>();
        return BaselineHost.WithHealth(host);
    }

    private static ConcurrentDictionary<string, GetProfileResponse> Load(string profileFile)
    {
        var profiles = new ConcurrentDictionary<string, GetProfileResponse>(StringComparer.Ordinal);
        foreach (var (user, response) in ProfileFile.Read(profileFile))
            profiles[user] = GetProfileResponse.Parser.ParseFrom(response);
        return profiles;
    }
}

/// <summary>Answers by user id from a dictionary.</summary>
/// <param name="profiles">The answers by user id.</param>
public sealed class BareActivationService(ConcurrentDictionary<string, GetProfileResponse> profiles)
    : ActivationService.ActivationServiceBase
{
    /// <inheritdoc/>
    public override Task<GetProfileResponse> GetProfile(GetProfileRequest request, ServerCallContext context) =>
        profiles.TryGetValue(request.Key.Identifier.Value, out var found)
            ? Task.FromResult(found)
            : throw new RpcException(new Status(StatusCode.NotFound, "No such profile."));
}
