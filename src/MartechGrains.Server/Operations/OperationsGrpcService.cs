using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Verification;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Feed;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;

namespace MartechGrains.Server.Operations;

/// <summary>For operators: quarantine, change feed, state hash, verification, what is running.</summary>
internal sealed class OperationsGrpcService(
    IQuarantineReads quarantine, ChangeFeed feed, StateHasher hasher, JournalVerifier verifier,
    OperatorAccess operators, StoreKind store,
    PageTokens tokens, Drain drain, DamagedHomes damaged, TimeProvider time)
    : OperationsService.OperationsServiceBase
{
    /// <summary>Most quarantined events of one page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Quarantined events that are looked at for one page; then it ends, though it may hold few.</summary>
    public const int MaxScanned = 100 * MaxPageSize;

    private const int DefaultPageSize = 100;

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public override async Task<ListQuarantinedEventsResponse> ListQuarantinedEvents(
        ListQuarantinedEventsRequest request, ServerCallContext context)
    {
        var size = Paging.Size(request.PageSize, DefaultPageSize, MaxPageSize);
        var cursor = tokens.Read(request) is { } place ? QuarantineMessages.CursorOf(place) : (QuarantineCursor?)null;
        var response = new ListQuarantinedEventsResponse();
        for (var scanned = 0; scanned < MaxScanned; scanned += MaxPageSize)
        {
            var rows = await quarantine.ReadQuarantineAsync(cursor, MaxPageSize, context.CancellationToken);
            foreach (var row in rows)
            {
                cursor = QuarantineCursor.After(row);
                if (request.Source.Length > 0 && request.Source != row.Source) continue;
                if (request.Reason.Length > 0 && request.Reason != row.Reason) continue;
                response.Events.Add(QuarantineMessages.Of(row));
                if (response.Events.Count < size) continue;
                response.NextPageToken = tokens.Of(request, QuarantineMessages.PlaceOf(cursor.Value));
                return response;
            }
            if (rows.Count < MaxPageSize) return response;
        }
        response.NextPageToken = tokens.Of(request, QuarantineMessages.PlaceOf(cursor!.Value));
        return response;
    }

    public override async Task<GetQuarantinedEventResponse> GetQuarantinedEvent(
        GetQuarantinedEventRequest request, ServerCallContext context)
    {
        if (!Guid.TryParse(request.QuarantineId, out var id))
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, "quarantine_id", "give the UUID that the event's result or the list gave"));
        return await quarantine.ReadQuarantinedAsync(id, context.CancellationToken) is { } row
            ? new GetQuarantinedEventResponse { Event = QuarantineMessages.Of(row) }
            : throw Failures.Exception(Failures.NotFound(
                ErrorReason.QuarantinedEventNotFound, "No event is in quarantine under this id."));
    }

    public override async Task ReadChangeFeed(
        ReadChangeFeedRequest request,
        IServerStreamWriter<ReadChangeFeedResponse> responseStream,
        ServerCallContext context)
    {
        var cursor = await ReadCursorAsync(request.Cursor, context.CancellationToken);
        // It may go on at any cursor, with another server: none is kept waiting for the end of a stop.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Begun);
        var steps = request.Follow ? feed.FollowAsync(cursor, either.Token) : feed.ReadAsync(cursor, either.Token);
        await foreach (var step in steps)
        {
            var response = new ReadChangeFeedResponse { Cursor = step.Cursor.ToString() };
            foreach (var batch in step.Batches)
                foreach (var row in batch.Rows)
                    response.Entries.Add(ReadChanges(row).Select(ToMessage));
            if (response.Entries.Count > 0) await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override async Task<ComputeStateHashResponse> ComputeStateHash(
        ComputeStateHashRequest request, ServerCallContext context)
    {
        operators.Require(context);
        if (!Moments.IsReadable(request.AsOf))
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, "as_of",
                "give the moment all features are evaluated for, with nanos from 0 to 999,999,999"));
        try
        {
            var asOf = Moments.Read(request.AsOf);
            var found = await hasher.ComputeAsync(asOf, context.CancellationToken);
            return new ComputeStateHashResponse
            {
                StateHash = Convert.ToHexStringLower(found.Hash),
                ProfileCount = found.Profiles,
                AsOf = request.AsOf,
                DamagedHomeCount = found.DamagedHomes,
            };
        }
        catch (StateHashUnderWayException)
        {
            throw Failures.Exception(
                Failures.Overloaded("One state hash is computed at a time; another is under way."));
        }
    }

    public override async Task VerifyJournals(
        VerifyJournalsRequest request,
        IServerStreamWriter<VerifyJournalsResponse> responseStream,
        ServerCallContext context)
    {
        operators.Require(context);
        // It begins anew with another server: none is kept waiting for the end of a stop.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Begun);
        try
        {
            await verifier.VerifyAsync(
                (found, progress) => responseStream.WriteAsync(
                    VerificationMessages.Of(found, progress), either.Token),
                either.Token);
        }
        catch (VerificationUnderWayException)
        {
            throw Failures.Exception(Failures.Overloaded("One verification runs at a time; another is under way."));
        }
    }

    public override Task<GetServerInfoResponse> GetServerInfo(
        GetServerInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetServerInfoResponse
        {
            Version = BuildVersion.Number,
            Commit = BuildVersion.Commit,
            Store = store.Name,
            StartedAt = Timestamp.FromDateTimeOffset(_startedAt),
            Limits = new Limits
            {
                MaxEventsPerBatch = EventLimits.MaxBatchEvents,
                MaxEventBytes = EventLimits.MaxEventBytes,
                MaxIdentifiersPerEvent = EventLimits.MaxIdentifiers,
                MaxKeysPerLookup = ActivationGrpcService.MaxKeys,
            },
        });

    /// <summary>The changes of a row; none of a damaged one, which nobody who follows could get past.</summary>
    private List<Change> ReadChanges(in JournalRow row)
    {
        try
        {
            return [.. ChangeReading.Of(row)];
        }
        catch (EntryFormatException error)
        {
            damaged.Note(new HomeDamagedException(row.Home, row.Seq, error));
            return [];
        }
    }

    private async Task<FeedCursor> ReadCursorAsync(string text, CancellationToken cancellationToken)
    {
        if (!FeedCursor.TryParse(text, out var cursor))
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidCursor, "cursor",
                    "give the cursor of an earlier reply, unchanged; empty begins anew"));
        // From beyond the end it would be silent for ever, or leave out what comes until it is there.
        return await feed.KnowsAsync(cursor, cancellationToken)
            ? cursor
            : throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidCursor, "cursor",
                    "it is of another store, or this one was brought back from a copy that is older than the cursor; "
                    + "begin anew, with an empty one"));
    }

    private static ChangeFeedEntry ToMessage(Change change)
    {
        var entry = new ChangeFeedEntry
        {
            EntryId = change.EntryId,
            Kind = (ChangeFeedEntry.Types.Kind)(int)change.Kind,
            ProfileId = change.Profile?.ToString() ?? "",
            RecordedAt = FeatureMessages.Instant(change.RecordedAt),
            Home = change.Home.ToString(),
            Seq = change.Seq,
        };
        entry.OtherProfileIds.Add(change.Others.Select(static other => other.ToString()));
        if (change.EventId.Length > 0)
            entry.Event = new EventReference
            {
                Source = change.Source,
                EventId = change.EventId,
                EventTime = change.Kind == FeedChangeKind.Changed ? FeatureMessages.Instant(change.EventTime) : null,
            };
        if (change.Cause is { } cause) SetCause(entry, cause);
        if (change.RefusedBy is { CannotLink.Length: > 0 } decided) entry.CannotLinkId = decided.CannotLink;
        else if (change.RefusedBy is { } limit) entry.LimitNamespace = limit.LimitNamespace;
        return entry;
    }

    private static void SetCause(ChangeFeedEntry entry, IdentityCause cause)
    {
        if (cause.Decision is { } decision) entry.DecisionId = decision.ToString();
        else if (cause.Value is { } value) entry.ValueKey = value.ToString();
        else if (cause.Home is { } home) entry.UnitedHome = home.ToString();
        else if (cause.Kind == IdentityCauseKind.Policy) entry.PolicyVersion = cause.PolicyVersion;
    }
}
