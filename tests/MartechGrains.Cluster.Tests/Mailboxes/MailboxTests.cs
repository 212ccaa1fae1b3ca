using System.Diagnostics.Metrics;
using MartechGrains.Grains;
using MartechGrains.Grains.Mailboxes;
using Xunit;

namespace MartechGrains.Cluster.Tests.Mailboxes;

public sealed class MailboxTests
{
    private static readonly GrainReloadException Gone = new("It has left.");

    private readonly MailboxFixture _fixture = new();
    private readonly TaskCompletionSource _gate = new();

    [Fact]
    public Task Operations_take_turns_in_the_order_in_which_they_came() => _fixture.RunAsync(async () =>
    {
        Hold(1);
        Task<int>[] asked = [_fixture.AskAsync(1), _fixture.AskAsync(2), _fixture.AskAsync(3)];
        Assert.Equal([1], _fixture.Turns);
        Assert.Equal(2, _fixture.Mailbox.Waiting);

        _gate.SetResult();
        await AnswersAsync(asked, -1, -2, -3);
        Assert.Equal([1, 2, 3], _fixture.Turns);
    });

    [Fact]
    public Task A_turn_may_take_what_waits_to_share_it() => _fixture.RunAsync(async () =>
    {
        Hold(1);
        Task<int>[] asked = [_fixture.AskAsync(1), _fixture.AskAsync(2), _fixture.AskAsync(3), _fixture.AskAsync(4)];
        var shared = new List<int>();
        _fixture.TakeTurn = async first =>
        {
            var turn = new List<NumberOperation> { first };
            while (_fixture.Mailbox.TryPeek(out var next) && next.Number < 4)
            {
                Assert.True(_fixture.Mailbox.TryTake(out var taken));
                Assert.Same(next, taken);
                turn.Add(taken);
            }
            shared.Add(turn.Count);
            await Task.Yield();
            foreach (var operation in turn) await _fixture.AnswerAsync(operation);
        };

        _gate.SetResult();
        await AnswersAsync(asked, -1, -2, -3, -4);
        Assert.Equal([2, 1], shared);
    });

    [Fact]
    public Task Beyond_the_limit_operations_are_refused_and_told_so() => _fixture.RunAsync(async () =>
    {
        Hold(0);
        var asked = Enumerable.Range(0, _fixture.Kind.MaxWaiting + 1).Select(number => _fixture.AskAsync(number));
        Task<int>[] accepted = [.. asked];

        var refusal = await Assert.ThrowsAsync<GrainOverloadedException>(() => _fixture.AskAsync(9));
        Assert.Equal("The test 7 has 4 operations waiting. Ask again later.", refusal.Message);

        _gate.SetResult();
        await AnswersAsync(accepted, 0, -1, -2, -3, -4);
        Assert.Equal(-10, await _fixture.AskAsync(10));
    });

    [Fact]
    public Task What_its_caller_gives_up_while_it_waits_is_not_run() => _fixture.RunAsync(async () =>
    {
        Hold(1);
        using var giveUp = new CancellationTokenSource();
        var (first, second, third) = (_fixture.AskAsync(1), _fixture.AskAsync(2, giveUp.Token), _fixture.AskAsync(3));
        await Task.Run(giveUp.Cancel);

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(giveUp.Token, cancelled.CancellationToken);
        Assert.Equal(1, _fixture.Mailbox.Waiting);

        _gate.SetResult();
        await AnswersAsync([first, third], -1, -3);
        Assert.Equal([1, 3], _fixture.Turns);
    });

    [Fact]
    public Task What_is_asked_after_its_caller_gave_up_is_not_run() => _fixture.RunAsync(async () =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.AskAsync(1, new CancellationToken(canceled: true)));
        Assert.Empty(_fixture.Turns);
    });

    [Fact]
    public Task What_its_caller_gives_up_in_its_turn_is_finished() => _fixture.RunAsync(async () =>
    {
        Hold(1, 2);
        using var giveUp = new CancellationTokenSource();
        var (first, second) = (_fixture.AskAsync(1, giveUp.Token), _fixture.AskAsync(2, giveUp.Token));
        _gate.SetResult();
        await giveUp.CancelAsync();

        await AnswersAsync([first, second], -1, -2);
    });

    [Fact]
    public Task A_turn_that_runs_out_of_memory_fails_what_it_took_and_nothing_else() => _fixture.RunAsync(async () =>
    {
        Hold(1);
        var (first, second, third, fourth) =
            (_fixture.AskAsync(1), _fixture.AskAsync(2), _fixture.AskAsync(3), _fixture.AskAsync(4));
        var failure = MailboxFixture.OutOfMemory();
        _fixture.TakeTurn = async operation =>
        {
            if (operation.Number == 4)
            {
                await _fixture.AnswerAsync(operation);
                return;
            }
            Assert.True(_fixture.Mailbox.TryTake(out _));
            await Task.Yield();
            throw failure;
        };

        _gate.SetResult();
        Assert.Equal(-1, await first);
        Assert.Same(failure, await Assert.ThrowsAsync<OutOfMemoryException>(() => second));
        Assert.Same(failure, await Assert.ThrowsAsync<OutOfMemoryException>(() => third));
        Assert.Equal(-4, await fourth);
        Assert.Null(_fixture.Mailbox.End);
    });

    [Fact]
    public Task A_turn_that_throws_before_it_waits_leaves_the_mailbox_free() => _fixture.RunAsync(async () =>
    {
        _fixture.TakeTurn = static _ => throw MailboxFixture.OutOfMemory();
        await Assert.ThrowsAsync<OutOfMemoryException>(() => _fixture.AskAsync(1));

        _fixture.TakeTurn = _fixture.AnswerAsync;
        Assert.Equal(-2, await _fixture.AskAsync(2));
    });

    [Fact]
    public Task An_answer_that_cannot_be_given_ends_the_mailbox_rather_than_leave_it_busy() => _fixture.RunAsync(
        async () =>
        {
            Hold(1);
            var failure = MailboxFixture.OutOfMemory();
            var first = _fixture.AskAsync(1);
            var second = _fixture.AskAsync(new UnanswerableOperation(failure));
            var third = _fixture.AskAsync(3);
            _fixture.TakeTurn = static _ => throw new InvalidOperationException();

            _gate.SetResult();
            Assert.Equal(-1, await first);
            Assert.Same(failure, await Assert.ThrowsAsync<OutOfMemoryException>(() => third));
            Assert.Same(failure, await Assert.ThrowsAsync<OutOfMemoryException>(() => _fixture.AskAsync(4)));
            Assert.False(second.IsCompleted);
        });

    [Fact]
    public Task What_a_turn_leaves_unanswered_fails() => _fixture.RunAsync(async () =>
    {
        _fixture.TakeTurn = static _ => default;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _fixture.AskAsync(1));
    });

    [Fact]
    public Task Closed_while_busy_it_finishes_the_turn_and_fails_the_rest() => _fixture.RunAsync(async () =>
    {
        Hold(1);
        var (first, second) = (_fixture.AskAsync(1), _fixture.AskAsync(2));
        _fixture.Mailbox.Close(Gone);
        _fixture.Mailbox.Close(new InvalidOperationException());

        Assert.Same(Gone, await Assert.ThrowsAsync<GrainReloadException>(() => second));
        Assert.Same(Gone, await Assert.ThrowsAsync<GrainReloadException>(() => _fixture.AskAsync(3)));
        Assert.False(first.IsCompleted);

        _gate.SetResult();
        Assert.Equal(-1, await first);
        Assert.Equal([1], _fixture.Turns);
    });

    [Fact]
    public Task A_turn_that_waits_for_long_ends_when_the_mailbox_is_closed() => _fixture.RunAsync(async () =>
    {
        _fixture.TakeTurn = async _ => await new TaskCompletionSource().Task.WaitAsync(_fixture.Mailbox.Ending);
        var asked = _fixture.AskAsync(1);
        _fixture.Mailbox.Close(Gone);

        Assert.Same(Gone, await Assert.ThrowsAsync<GrainReloadException>(() => asked));
        Assert.True(_fixture.Mailbox.Ending.IsCancellationRequested);
    });

    [Fact]
    public async Task What_waits_is_refused_and_is_given_up_is_counted_by_kind_of_grain()
    {
        var counted = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == MailboxMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (!tags.Contains(new(MailboxMetrics.Grain, "test"))) return;
            lock (counted) counted[instrument.Name] = counted.GetValueOrDefault(instrument.Name) + value;
        });
        listener.Start();
        using var giveUp = new CancellationTokenSource();
        await _fixture.RunAsync(async () =>
        {
            Hold(1);
            Task<int>[] asked =
            [
                _fixture.AskAsync(1), _fixture.AskAsync(2, giveUp.Token), _fixture.AskAsync(3), _fixture.AskAsync(4),
                _fixture.AskAsync(5), _fixture.AskAsync(6),
            ];
            Assert.Equal(4, _fixture.Kind.Waiting);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked[1]);
            Assert.Equal(3, _fixture.Kind.Waiting);
            _fixture.Mailbox.Close(Gone);
            Assert.Equal(0, _fixture.Kind.Waiting);
            _gate.SetResult();
            await asked[0];
        });

        Assert.Equal(1, counted["martechgrains.mailbox.refused"]);
        Assert.Equal(1, counted["martechgrains.mailbox.cancelled"]);
    }

    [Fact]
    public void What_waits_is_told_of_each_kind_of_grain()
    {
        var told = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "martechgrains.mailbox.waiting") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => told.Add((string)tags[0].Value!));
        listener.Start();
        MailboxMetrics.CountCancelled(new MailboxKind("other", 1));
        listener.RecordObservableInstruments();

        Assert.Equal(["home", "pointer", "decision", "policy"], told);
    }

    private static async Task AnswersAsync(Task<int>[] asked, params int[] answers) =>
        Assert.Equal(answers, await Task.WhenAll(asked));

    /// <summary>Turns of these numbers wait for the gate; the others answer at once.</summary>
    private void Hold(params int[] numbers) => _fixture.TakeTurn = async operation =>
    {
        _fixture.Turns.Add(operation.Number);
        if (numbers.Contains(operation.Number)) await _gate.Task;
        operation.Complete(-operation.Number);
    };
}
