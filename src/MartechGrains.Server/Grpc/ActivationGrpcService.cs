using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Grpc;

/// <summary>Lookups for personalization engines.</summary>
internal sealed class ActivationGrpcService(
    ProfileReader reader, ProfileKeys keys, ProfileMessages messages, Purposes purposes)
    : ActivationService.ActivationServiceBase
{
    /// <summary>Most keys of one lookup.</summary>
    public const int MaxKeys = 100;

    public override Task<GetProfileResponse> GetProfile(GetProfileRequest request, ServerCallContext context)
    {
        if ((purposes.Record(request.Purpose, 1) ?? ProfileMask.Check(request.ReadMask)) is { } refused)
            throw Failures.Exception(refused);
        if (keys.TryRead(request.Key, "key", out var requested) is { } bad) throw Failures.Exception(bad);
        var found = reader.FindAsync(requested.Key, context.CancellationToken);
        return found.IsCompletedSuccessfully
            ? Task.FromResult(Answer(found.Result, requested, request.ReadMask))
            : AnswerAsync(found, requested, request.ReadMask);
    }

    public override async Task<LookupProfilesResponse> LookupProfiles(
        LookupProfilesRequest request, ServerCallContext context)
    {
        if (request.Keys.Count is 0 or > MaxKeys)
            throw Failures.Exception(Failures.BadField(
                ErrorReason.BatchTooLarge, "keys", $"ask for 1 to {MaxKeys} keys at once"));
        if ((purposes.Record(request.Purpose, request.Keys.Count) ?? ProfileMask.Check(request.ReadMask))
            is { } refused)
            throw Failures.Exception(refused);
        var results = await Task.WhenAll(request.Keys.Select((key, i) =>
            LookupAsync(key, $"keys[{i}]", request.ReadMask, context.CancellationToken)));
        var response = new LookupProfilesResponse();
        response.Results.Add(results);
        return response;
    }

    private async Task<LookupResult> LookupAsync(
        ProfileKey key, string field, FieldMask? mask, CancellationToken cancellationToken)
    {
        if (keys.TryRead(key, field, out var requested) is { } refused) return new LookupResult { Error = refused };
        try
        {
            var view = await reader.FindAsync(requested.Key, cancellationToken);
            return Check(view, requested) is { } missing
                ? new LookupResult { Error = missing }
                : new LookupResult { Profile = Part(messages.Whole(view!), mask).Profile };
        }
        catch (Exception error) when (Failures.Of(error) is { } known)
        {
            return new LookupResult { Error = known };
        }
    }

    private async Task<GetProfileResponse> AnswerAsync(
        ValueTask<LiveView?> found, RequestedKey requested, FieldMask? mask) => Answer(await found, requested, mask);

    private GetProfileResponse Answer(LiveView? view, RequestedKey requested, FieldMask? mask) =>
        Check(view, requested) is { } missing
            ? throw Failures.Exception(missing)
            : Part(messages.Whole(view!), mask);

    private static GetProfileResponse Part(GetProfileResponse whole, FieldMask? mask) => ProfileMask.IsWhole(mask)
        ? whole
        : new GetProfileResponse { Profile = ProfileMask.Apply(whole.Profile, mask!) };

    private static Google.Rpc.Status? Check(LiveView? view, RequestedKey requested)
    {
        if (view is null)
            return Failures.NotFound(ErrorReason.ProfileNotFound, "No profile is known under this key.");
        return ProfileKeys.AnswersTo(view.Profile, view.Home, requested)
            ? null
            : Failures.NotFound(
                ErrorReason.ProfileMoved,
                    "The identifier of this profile id has changed hands; look the person up by an identifier.");
    }
}
