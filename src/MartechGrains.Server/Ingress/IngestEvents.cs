using MartechGrains.Core.Events;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress;

/// <summary>
/// Takes decoded events in: the accepted ones into profiles, the rejected ones into quarantine. Completes when every
/// one of them is durable, with one result per event in the order given.
/// </summary>
/// <param name="events">The events, all of one request.</param>
/// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
/// <exception cref="IngestOverloadedException">A queue is full; nothing is promised, try the same events
/// later.</exception>
/// <exception cref="Journal.Contracts.ClockOffException">The node's clock is off; nothing was tried.</exception>
/// <exception cref="IngestUnavailableException">The store cannot answer; whether anything was kept is
/// unknown.</exception>
public delegate ValueTask<IReadOnlyList<EventResult>> IngestEvents(
    IReadOnlyList<DecodedEvent> events, CancellationToken cancellationToken);
