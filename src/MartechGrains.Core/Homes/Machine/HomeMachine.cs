using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// One activation of a home, without I/O: a message in, effects out. Messages take turns; those that only write share
/// one append. So an answer is given for what is on disk, and a view is built of nothing else. The grain and the
/// simulator carry the same effects out. Not safe for use by several threads at once, nor while a turn is under way.
/// </summary>
/// <remarks>
/// Where an effect fails the turn is given up, and <see cref="FailTurn"/> tells those who wait for it. If memory is
/// then <see cref="IsAhead"/> of the disk, the executor does what <see cref="Leave"/> says and throws the machine away.
/// </remarks>
public partial class HomeMachine
{
    /// <summary>Most entries of one append.</summary>
    public const int MaxEntriesPerAppend = 4096;

    private readonly HomeId _id;
    private readonly ReadingNumbers _readings = new();
    private readonly List<Message> _unanswered = [];
    private readonly AppendEffect _append = new();
    private readonly ReplyEffect _reply = new();
    private readonly PublishEffect _publish = new();
    private readonly WithdrawEffect _withdraw = new();
    private HomeSurroundings _around;
    private HomeState? _state;
    private IdentityWatch? _identities;
    private readonly List<HomeEntry> _entries = [];
    private HomeView? _view;
    private bool _hasOpenOnDisk;
    private int _committedSeq;
    private int _coveredSeq;
    private bool _isTooLarge;

    /// <summary>The machine of a home, to be activated before anything is asked of it.</summary>
    /// <param name="id">The home.</param>
    public HomeMachine(HomeId id) => _id = id;

    /// <summary>Whether entries are folded that are not known to be on disk.</summary>
    public bool IsAhead => _state is not null && _state.Seq != _committedSeq;

    /// <summary>The home, for who has loaded it and does nothing else with the machine.</summary>
    public HomeSnapshot Committed => new(State);

    internal HomeState State => _state ?? throw new InvalidOperationException("The home is not loaded.");

    /// <summary>
    /// Notes how the world is: before a turn, and after each effect that took time.
    /// </summary>
    public void Observe(HomeSurroundings surroundings) => _around = surroundings;

    /// <summary>Loads the home, once no activation before it can answer any more.</summary>
    public IEnumerable<HomeEffect> Activate()
    {
        yield return new AwaitLeaseEffect();
        var reading = new StateReading(
            new HomeState(_id, _around.Policies), int.MaxValue, _readings, depth: 0, keepsEvents: false);
        foreach (var effect in reading.Run()) yield return effect;
        _state = reading.Result!;
        _coveredSeq = reading.CoveredSeq;
        foreach (var effect in RefoldStale(null)) yield return effect;
        MarkRecovered();
        NoteCommitted();
        _hasOpenOnDisk = State.Joins.HasOpen;
    }

    /// <summary>
    /// The next turn: of the oldest message that waits, and of those behind it that can share its append.
    /// </summary>
    public IEnumerable<HomeEffect> TakeTurn(IInbox inbox)
    {
        ArgumentNullException.ThrowIfNull(inbox);
        ForgetTurn();
        var message = Take(inbox);
        if (!MayAnswer(message)) return Answer(message);
        return message switch
        {
            MoveMessage move => Move(move),
            AbsorbMessage absorb => Absorb(absorb),
            DecideMessage decide => Decide(decide),
            AdoptMessage adopt => Adopt(adopt),
            ReadMessage read => Read(read),
            HasAbsorbedMessage question => AnswerAbsorbed(question),
            _ => Write(message, inbox),
        };
    }

    /// <summary>
    /// Between two turns: a snapshot, where one is due. Answers of the turn before are to go out first.
    /// </summary>
    public IEnumerable<HomeEffect> AfterTurn()
    {
        ForgetTurn();
        return IsSnapshotDue ? WriteSnapshot() : [];
    }

    /// <summary>The published view at once, beside whatever turn is under way; null where there is none.</summary>
    /// <param name="holdsLease">Whether the silo holds its lease now.</param>
    public HomeReading? ReadNow(bool holdsLease) =>
        holdsLease && _view is { } view ? new HomeReading(view, null, []) : null;

    /// <summary>The first thing before the activation ends: nothing of it is to be seen any more.</summary>
    public IEnumerable<HomeEffect> Leave()
    {
        if (_view is not null) yield return Withdraw();
    }

    /// <summary>Tells whoever waits for the turn that it was given up.</summary>
    public void FailTurn(Exception error)
    {
        foreach (var message in _unanswered) message.Fail(error);
        _unanswered.Clear();
        ForgetTurn();
    }

    /// <summary>
    /// Homes outlive their turns by far: one that held on to the events of its last turn, or to room for those of the
    /// next, would have the collector carry them from generation to generation.
    /// </summary>
    private void ForgetTurn()
    {
        Empty(_entries);
        Empty(_waiting);
        if (_unanswered.Count == 0) Empty(_unanswered);
        _append.Entries = [];
        _append.Displaced = [];
        _reply.Message = null!;
        _withdraw.View = null!;
    }

    private static void Empty<T>(List<T> list)
    {
        list.Clear();
        list.Capacity = 0;
    }

    private void NoteCommitted() => _committedSeq = State.Seq;

    private Message Take(IInbox inbox)
    {
        var message = inbox.Take();
        _unanswered.Add(message);
        return message;
    }

    /// <summary>The answer, if the silo still holds its lease: it may have lost it during the turn.</summary>
    private ReplyEffect ReplyTo(Message message)
    {
        message.Refusal = MayAnswer(message) ? Refusal.None : Refusal.NoLease;
        _unanswered.Remove(message);
        _reply.Message = message;
        return _reply;
    }

    private IEnumerable<HomeEffect> Answer(Message message)
    {
        yield return ReplyTo(message);
    }

    /// <summary>To be asked only while there is a view.</summary>
    private WithdrawEffect Withdraw()
    {
        _withdraw.View = _view!;
        _view = null;
        return _withdraw;
    }

    private PublishEffect Publish(HomeView view)
    {
        _view = view;
        _publish.View = view;
        return _publish;
    }
}
