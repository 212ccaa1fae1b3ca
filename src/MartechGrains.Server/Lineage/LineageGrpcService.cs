using System.Collections.Immutable;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Core.Features;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Lineage;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Walks;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;
using EventHash = MartechGrains.Core.Events.EventHash;

namespace MartechGrains.Server.Lineage;

/// <summary>Answers "why is this value what it is?".</summary>
internal sealed class LineageGrpcService(
    ProfileReader reader, ValueExplainer explainer, ProfileKeys keys, Purposes purposes, ExplanationLimit limit,
    PageTokens tokens, TimeProvider time)
    : LineageService.LineageServiceBase
{
    /// <summary>Most contributions of one page.</summary>
    public const int MaxPageSize = 1000;

    private const int DefaultPageSize = 100;
    private const string Features = "features.";
    private const string Traits = "traits.";

    public override async Task<ExplainValueResponse> ExplainValue(ExplainValueRequest request,
        ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        if (keys.Read(request.Key, "key", out var requested) is { } bad) throw Failures.Exception(bad);
        var size = Paging.Size(request.PageSize, DefaultPageSize, MaxPageSize);
        var cursor = tokens.Read(request) is { } place ? ExplanationCursor.Parse(place) : (ExplanationCursor?)null;
        using var turn = await limit.EnterAsync(context.CancellationToken);
        var (home, profile) = await FindAsync(requested, context.CancellationToken);
        var history = await ReadAsync(home, profile, context.CancellationToken);
        var asOf = cursor?.AsOf ?? IngestTime.Of(time.GetUtcNow()).AsEventTime();
        var (names, explanation) = Explain(request.Field, home, profile, history, asOf);
        var first = cursor is { } begun ? PlaceAfter(explanation.Contributions, begun.After) : 0;
        var contributions = explanation.Contributions.Skip(first).Take(size).ToArray();
        var response = new ExplainValueResponse
        {
            ProfileId = profile.Id.ToString(),
            Field = explanation.Field,
            Value = explanation.Trait is { } trait ? ValueOf(trait) : ValueOf(explanation.Features),
            EvaluatedAt = FeatureMessages.Instant(asOf),
            Transform = TransformOf(explanation),
            TotalSize = explanation.Contributions.Length,
            DecidedBy = (Protocol.Lineage.V1.SurvivorshipCriterion)(explanation.Trait?.Criterion ?? 0),
        };
        if (explanation.Trait is { } declared)
            AddDeclarations(response, contributions, declared.Declarations.AsSpan(first..));
        else AddContributions(response, names, contributions, history, asOf);
        if (cursor is null) response.Merges.Add(history.Merges.Select(ToMessage));
        if (first + contributions.Length < explanation.Contributions.Length)
            response.NextPageToken = tokens.Of(
                request, new ExplanationCursor(asOf, contributions[^1].Event.Event.Hash).ToString());
        return response;
    }

    private async Task<(HomeView Home, ProfileView Profile)> FindAsync(
        RequestedKey requested, CancellationToken cancellationToken)
    {
        var home = await reader.FindHomeAsync(requested.Key, cancellationToken);
        if (home?.Find(requested.Key) is not { } profile)
            throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileNotFound, "No profile is known under this key."));
        return ProfileKeys.AnswersTo(profile, home, requested)
            ? (home, profile)
            : throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileMoved,
                    "The identifier of this profile id has changed hands; ask by an identifier."));
    }

    private async Task<ProfileHistory> ReadAsync(HomeView home, ProfileView profile,
        CancellationToken cancellationToken)
    {
        try
        {
            return await explainer.ReadAsync(home, profile, cancellationToken);
        }
        catch (JournalTooLongException error)
        {
            throw Failures.Exception(Failures.Status(Code.FailedPrecondition, ErrorReason.OutOfRange, error.Message));
        }
    }

    private (ImmutableArray<FeatureName> Names, ValueExplanation Explanation) Explain(
        string field, HomeView home, ProfileView profile, ProfileHistory history, EventTime asOf)
    {
        var name = field.StartsWith(Features, StringComparison.Ordinal) ? field[Features.Length..] : field;
        if (!field.StartsWith(Traits, StringComparison.Ordinal))
        {
            try
            {
                var names = ValueExplainer.NamesOf(name, profile);
                return (names, ValueExplainer.Feature(name, names, profile, history, asOf));
            }
            catch (UnknownFeatureException) when (!field.StartsWith(Features, StringComparison.Ordinal))
            {
                // A bare name that is no feature's is a trait's.
            }
            catch (UnknownFeatureException)
            {
                throw Unknown(profile);
            }
        }
        var trait = field.StartsWith(Traits, StringComparison.Ordinal) ? field[Traits.Length..] : field;
        return ([], explainer.Trait(trait, home, history) ?? throw Unknown(profile));
    }

    private static RpcException Unknown(ProfileView profile) => Failures.Exception(Failures.NotFound(
        ErrorReason.FieldNotFound,
        $"features are {string.Join(", ", FeatureCatalog.Current.Features.Select(static feature => feature.Id))}; "
        + $"this profile's traits are {string.Join(", ", profile.Traits.Keys)}"));

    private static void AddContributions(
        ExplainValueResponse response, ImmutableArray<FeatureName> names, ValueContribution[] page,
        ProfileHistory history, EventTime asOf)
    {
        var steps = ValueExplainer.Replay(names, page, history, asOf);
        for (var i = 0; i < page.Length; i++)
        {
            var message = ToMessage(page[i]);
            message.ValueBefore = ValueOf(steps[i].Before);
            message.ValueAfter = ValueOf(steps[i].After);
            if (page[i].Term is { } term) message.Term = FeatureMessages.Scalar(term);
            response.Contributions.Add(message);
        }
    }

    /// <summary>Adds the declarations of a trait, from the first one of the page on.</summary>
    private static void AddDeclarations(
        ExplainValueResponse response, ValueContribution[] page, ReadOnlySpan<RatedTrait> declared)
    {
        for (var i = 0; i < page.Length; i++)
        {
            var message = ToMessage(page[i]);
            message.Reliability = (Protocol.Lineage.V1.ReliabilityTier)declared[i].Tier;
            message.ValueAfter = ValueOf(declared[i]);
            if (i + 1 < declared.Length) message.ValueBefore = ValueOf(declared[i + 1]);
            response.Contributions.Add(message);
        }
    }

    /// <summary>The surviving value; none where the trait was cleared.</summary>
    private static TypedValue? ValueOf(TraitExplanation trait) =>
        trait.Declarations[0].Json == "null" ? null : ValueOf(trait.Declarations[0]);

    private static TypedValue ValueOf(RatedTrait declared) =>
        new() { Json = ProfileMessages.TraitValue(declared.Json) };

    private static TypedValue? ValueOf(ImmutableArray<FeatureValue> features)
    {
        if (features.Length == 1 && features[0].Feature.Parameter != FeatureParameter.Currency)
            return features[0].Status == FeatureStatus.Present ? FeatureMessages.Scalar(features[0].Value) : null;
        TypedValue? table = null;
        foreach (var feature in features)
            if (feature.Status == FeatureStatus.Present)
                (table ??= new TypedValue { Amounts = new MoneyTable() }).Amounts.Amounts.Add(
                    FeatureMessages.Scalar(feature.Value).Amounts.Amounts);
        return table;
    }

    private static Transform TransformOf(ValueExplanation explanation)
    {
        if (explanation.Trait is { } trait)
        {
            return new Transform
            {
                Id = trait.Rule == SurvivorshipRule.Reliable ? "reliable" : "newest",
                Version = trait.PolicyVersion,
            };
        }
        return explanation.Features.IsEmpty
            ? new Transform { Id = explanation.Field[Features.Length..], Version = 1 }
            : new Transform
            {
                Id = explanation.Features[0].Feature.Id,
                Version = explanation.Features[0].Feature.Version,
            };
    }

    private static Protocol.Lineage.V1.Contribution ToMessage(ValueContribution contribution)
    {
        var (journaled, applied) = (contribution.Event, contribution.Event.Event);
        var message = new Protocol.Lineage.V1.Contribution
        {
            Event = new EventReference
            {
                Source = applied.Source,
                EventId = applied.EventId,
                EventTime = FeatureMessages.Instant(applied.EventTime),
            },
            CleaningVersion = applied.CleaningVersion,
            RecordedAt = FeatureMessages.Instant(journaled.Applied.At),
            Home = journaled.Row.Home.ToString(),
            Seq = journaled.Row.Seq,
            EntryHash = ByteString.CopyFrom(journaled.Row.Hash.Span),
        };
        message.Identifiers.Add(applied.Identifiers.Select(ProfileMessages.Of));
        message.SourceFields.Add(journaled.SourceFields.Select(static field =>
            new SourceField { Output = field.Output, Field = field.Field }));
        return message;
    }

    private static Merge ToMessage(JournaledMerge merge) =>
        new() { FromHome = merge.From.ToString(), IntoHome = merge.Into.ToString(), Seq = merge.Seq };

    private static int PlaceAfter(ImmutableArray<ValueContribution> contributions, EventHash last)
    {
        for (var i = 0; i < contributions.Length; i++)
            if (contributions[i].Event.Event.Hash == last) return i + 1;
        throw PageTokens.Refusal(
            "the event that the page before ended with counts no more: begin anew, without a token");
    }
}
