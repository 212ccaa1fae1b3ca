using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Pointers;

/// <summary>
/// Runs one identifier: what waits shares one write by compare and set, and at most one is under way. So a value that
/// many people share costs a write per turn, not per person. It runs on its grain's scheduler.
/// </summary>
internal sealed class IdentifierProcess(
    IdentifierKey key, PointerState? state, HomeServices services, Action leave)
{
    /// <summary>Most operations that wait for one identifier; more are refused.</summary>
    public const int MaxWaiting = 4096;

    /// <summary>Most operations of one write.</summary>
    public const int MaxPerTurn = 256;

    /// <summary>Carriers read at once when all are counted.</summary>
    public const int PageSize = 1024;

    private readonly Queue<IdentifierOperation> _waiting = new();
    private PointerState? _state = state;
    private bool _busy;
    private Exception? _gone;

    /// <summary>The state as committed; null without a row.</summary>
    public PointerState? State => _state;

    /// <summary>Enqueues an operation; its answer comes when its turn is on disk.</summary>
    public Task<JoinReply> Ask(IdentifierOperation operation)
    {
        if (_gone is not null)
            operation.Fail(_gone);
        else if (_waiting.Count >= MaxWaiting)
            operation.Fail(new GrainOverloadedException($"Identifier {key} has {MaxWaiting} operations waiting."));
        else
        {
            _waiting.Enqueue(operation);
            if (!_busy) _ = DrainAsync();
        }
        return operation.Reply;
    }

    private async Task DrainAsync()
    {
        _busy = true;
        var turn = new List<IdentifierOperation>();
        while (_gone is null && _waiting.Count > 0)
        {
            turn.Clear();
            var rows = 0;
            while (turn.Count < MaxPerTurn && _waiting.TryPeek(out var next)
                && (turn.Count == 0 || rows + MostRows(next) <= StoreLimits.MaxPointerCarriers))
            {
                rows += MostRows(next);
                turn.Add(_waiting.Dequeue());
            }
            try
            {
                await TakeTurnAsync(turn);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                foreach (var operation in turn) operation.Fail(error);
            }
        }
        while (_waiting.TryDequeue(out var stranded)) stranded.Fail(_gone!);
        _busy = false;
    }

    /// <summary>Most carriers that an operation writes: those it names, and as many that make room for them.</summary>
    private static int MostRows(IdentifierOperation operation) => 2 * operation.Homes.Length;

    private async Task TakeTurnAsync(List<IdentifierOperation> turn)
    {
        var spilled = _state is { HasSpilled: true } known
            ? await FindAsync(PointerRules.Spilled(known, [.. turn.SelectMany(static one => one.Homes)]))
            : [];
        var next = _state;
        var rows = new SortedDictionary<HomeId, Carrier>();
        foreach (var operation in turn)
        {
            var change = operation.Decide(next, spilled);
            next = change.State;
            foreach (var (home, carrier) in change.Rows) rows[home] = spilled[home] = carrier;
        }
        await WriteAsync(next, rows);
        if (_state is null)
        {
            // Who asks so has an answer of a row: this activation is a stale one, or the row was taken away.
            throw Leave(new GrainReloadException($"Identifier {key} has no row."));
        }
        if (PointerRules.IsToBeJudged(_state))
        {
            var judged = PointerRules.Judge(_state, await AllSpilledAsync());
            await WriteAsync(judged.State, judged.Rows);
        }
        var reply = _state.Reply();
        var asked = turn.Exists(static operation => operation.AsksForWork) && reply.ToDo.IsEmpty
            ? await WithSpilledWorkAsync(reply)
            : reply;
        foreach (var operation in turn) operation.Complete(operation.AsksForWork ? asked : _state.Reply());
    }

    /// <summary>The answer with carriers to handle that are rows of their own.</summary>
    private async Task<JoinReply> WithSpilledWorkAsync(JoinReply reply)
    {
        while (reply.ToDo.IsEmpty && _state!.SpilledToDo)
        {
            var page = await services.Store.ReadUnhandledCarriersAsync(
                key, _state.CarrierEpoch, PointerState.MaxToDo);
            if (page.Count > 0) return _state.Reply([.. page.Select(static row => row.Home)]);
            var change = PointerRules.NothingSpilledToDo(_state);
            await WriteAsync(change.State, change.Rows);
            reply = _state.Reply();
        }
        return reply;
    }

    private async Task<Dictionary<HomeId, Carrier>> FindAsync(ImmutableArray<HomeId> homes)
    {
        if (homes.IsEmpty) return [];
        var rows = await services.Store.ReadCarriersAsync(key, homes);
        return rows.ToDictionary(static row => row.Home, PointerCodec.Decode);
    }

    private async Task<List<Carrier>> AllSpilledAsync()
    {
        var all = new List<Carrier>();
        HomeId? after = null;
        while (true)
        {
            var page = await services.Store.ReadCarriersAsync(key, after, PageSize);
            if (page.Count == 0) return all;
            all.AddRange(page.Select(PointerCodec.Decode));
            after = page[^1].Home;
        }
    }

    private async Task WriteAsync(PointerState? next, IEnumerable<KeyValuePair<HomeId, Carrier>> rows)
    {
        ImmutableArray<KeyValuePair<HomeId, Carrier>> written = [.. rows];
        if (next is null || (ReferenceEquals(next, _state) && written.IsEmpty)) return;
        var write = services.Pointers.NextWrite(key, new PointerChange(next, written));
        try
        {
            var outcome = await services.Writer.WriteAsync(write, CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw new GrainReloadException(
                    $"Identifier {key} reloads: its write was {outcome.Status} {outcome.Error}.");
        }
        catch (Exception error)
        {
            // Whatever happened, the row may not be what memory says.
            throw Leave(error);
        }
        _state = next with { Version = write.Row.Version };
    }

    private Exception Leave(Exception error)
    {
        _gone ??= error is GrainReloadException or JournalOverloadedException
            ? error
            : new GrainReloadException($"Identifier {key} reloads: {error.Message}.");
        leave();
        return _gone;
    }
}
