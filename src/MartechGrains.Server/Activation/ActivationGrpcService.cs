using Grpc.Core;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;

namespace MartechGrains.Server.Activation;

/// <summary>Lookups for personalization engines.</summary>
internal sealed class ActivationGrpcService(
    ProfileReader reader, ProfileKeys keys, Purposes purposes, TimeProvider time) : ActivationBinding
{
    /// <summary>Most keys of one lookup.</summary>
    public const int MaxKeys = 100;

    public override Task<ProfileAnswer> GetProfile(GetProfileRequest request, ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        if (ProfileMask.Read(request.ReadMask, out var mask) is { } misspelt) throw Failures.Exception(misspelt);
        if (keys.Read(request.Key, "key", out var requested) is { } bad) throw Failures.Exception(bad);
        var found = reader.FindAsync(requested.Key, context.CancellationToken);
        return found.IsCompletedSuccessfully
            ? Task.FromResult(Answer(found.Result, requested, mask))
            : AnswerAsync(found, requested, mask);
    }

    public override async Task<LookupAnswer> LookupProfiles(LookupProfilesRequest request, ServerCallContext context)
    {
        if (request.Keys.Count is 0 or > MaxKeys)
            throw Failures.Exception(Failures.BadField(
                ErrorReason.BatchTooLarge, "keys", $"ask for 1 to {MaxKeys} keys at once"));
        if (purposes.Record(request.Purpose, request.Keys.Count) is { } refused) throw Failures.Exception(refused);
        if (ProfileMask.Read(request.ReadMask, out var mask) is { } misspelt) throw Failures.Exception(misspelt);
        return new LookupAnswer(await Task.WhenAll(request.Keys.Select((key, i) =>
            LookupAsync(key, $"keys[{i}]", mask, context.CancellationToken))));
    }

    private async Task<LookupAnswer.Result> LookupAsync(
        ProfileKey key, string field, ProfileMask mask, CancellationToken cancellationToken)
    {
        if (keys.Read(key, field, out var requested) is { } refused) return new LookupAnswer.Result(refused);
        try
        {
            var view = await reader.FindAsync(requested.Key, cancellationToken);
            return Check(view, requested) is { } missing
                ? new LookupAnswer.Result(missing)
                : new LookupAnswer.Result(Part(view!, mask));
        }
        catch (Exception error) when (Failures.Of(error) is { } known)
        {
            return new LookupAnswer.Result(known);
        }
    }

    private async Task<ProfileAnswer> AnswerAsync(
        ValueTask<LiveView?> found, RequestedKey requested, ProfileMask mask) => Answer(await found, requested, mask);

    private ProfileAnswer Answer(LiveView? view, RequestedKey requested, ProfileMask mask) =>
        Check(view, requested) is { } missing ? throw Failures.Exception(missing) : Part(view!, mask);

    private ProfileAnswer Part(LiveView view, ProfileMask mask)
    {
        var now = IngestTime.Of(time.GetUtcNow()).AsEventTime();
        if (mask.IsWhole) return ReadyProfile.Answer(view, now);
        var whole = mask.AsksForIdentifiers
            ? ReadyProfile.Answer(view, now)
            : ReadyProfile.AnswerWithoutIdentifiers(view, now);
        return ProfileAnswer.Of(mask.Apply(whole.ToMessage().Profile));
    }

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
