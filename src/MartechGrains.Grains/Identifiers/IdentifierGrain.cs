using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Grains.Contracts;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal;
using MartechGrains.Journal.Entries;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Identifiers;

/// <summary>The shell of an identifier: loads its row, decides with Core, writes by compare and set, answers.</summary>
[GrainType("identifier")]
[CollectionAgeLimit(Minutes = 2)]
public sealed class IdentifierGrain(HomeServices services) : Grain, IIdentifierGrain
{
    private IdentifierKey _key;
    private IdentifierState? _state;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = IdentifierKey.FromGuid(this.GetPrimaryKey());
        var rows = await services.Reads.ReadPointersAsync([_key], cancellationToken);
        _state = rows.TryGetValue(_key, out var row) ? PointerCodec.Decode(row) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Immutable<JoinReply>> Join(Immutable<JoinRequest> request)
    {
        await WriteAsync(IdentifierDecisions.Join(_state, request.Value, services.Policy));
        return _state!.Reply().AsImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask Repoint(Immutable<HomeId> from, Immutable<HomeId> to)
    {
        if (_state is not null) await WriteAsync(IdentifierDecisions.Repoint(_state, from.Value, to.Value));
    }

    /// <inheritdoc/>
    public async ValueTask Notified(Immutable<HomeId> home, long epoch)
    {
        if (_state is not null) await WriteAsync(IdentifierDecisions.Notified(_state, home.Value, epoch));
    }

    private async ValueTask WriteAsync(IdentifierState next)
    {
        if (ReferenceEquals(next, _state)) return;
        var row = PointerCodec.NextRow(_key, next);
        try
        {
            var outcome = await services.Writer.WriteAsync(new PointerWrite(row), CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw new GrainReloadException(
                    $"Identifier {_key} reloads: its write was {outcome.Status} {outcome.Error}.");
        }
        catch
        {
            // Whatever happened, the row may not be what memory says.
            DeactivateOnIdle();
            throw;
        }
        _state = next with { Version = row.Version };
    }
}
