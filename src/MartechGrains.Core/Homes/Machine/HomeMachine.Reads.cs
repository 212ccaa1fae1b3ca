using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;

namespace MartechGrains.Core.Homes.Machine;

/// <content>What is asked of a home and changes nothing; and its snapshots.</content>
public partial class HomeMachine
{
    /// <summary>Least rows between two snapshots; a journal with fewer rows has none.</summary>
    public const int MinUncovered = ReadRowsEffect.PageSize;

    /// <summary>Longest chain of homes absorbed within homes that is followed.</summary>
    public const int MaxAbsorptions = 256;

    /// <summary>
    /// Uncovered rows must be one in this many of the home's events and rows. A snapshot is written whole, so at a
    /// fixed interval a large hot home would write the square of its size. This way a row pays for at most eight rows
    /// of snapshot, about its own size; and a load folds no more than about an eighth of the home from its journal.
    /// </summary>
    public const int SnapshotShare = 8;

    private bool IsSnapshotDue
    {
        get
        {
            var size = Math.Max(State.Seq, State.Ledger.EventCount);
            return !_isTooLarge && State.Gate.IsOpen
                && State.Seq - _coveredSeq >= Math.Max(MinUncovered, size / SnapshotShare);
        }
    }

    /// <summary>
    /// Answers a reader. A home that is moving asks first whether it has been absorbed (rule H7). One whose joins were
    /// left open by a crash has them completed first, since somebody may have been told that they are confirmed; also
    /// where it is moving, and the reader then drives the move.
    /// </summary>
    private IEnumerable<HomeEffect> Read(ReadMessage read)
    {
        if (State.MovedTo is { } moved)
        {
            read.Reply = new HomeReading(null, moved, []);
            yield return ReplyTo(read);
            yield break;
        }
        if (State.MovingTo is { } winner)
        {
            HasAbsorbedEffect question;
            do
            {
                question = new HasAbsorbedEffect(winner, _id, State.MovingHead);
                yield return question;
                // Strictly smaller each time, so this ends.
                if (question.Reply.Answer == AbsorbedAnswer.AskTarget) winner = question.Reply.Target;
            }
            while (question.Reply.Answer == AbsorbedAnswer.AskTarget);
            if (question.Reply.Answer == AbsorbedAnswer.Yes)
            {
                read.Reply = new HomeReading(null, winner, []);
                yield return ReplyTo(read);
                yield break;
            }
        }
        if (MustRecover)
        {
            read.Reply = new HomeReading(null, null, State.OpenJoinsOf(State.Joins.OpenIdentifiers()));
        }
        else
        {
            var view = _view ?? AssembleView();
            if (_view is null && State.MovingTo is null && _around.HoldsLease) yield return Publish(view);
            read.Reply = new HomeReading(view, null, []);
        }
        yield return ReplyTo(read);
    }

    private IEnumerable<HomeEffect> AnswerAbsorbed(HasAbsorbedMessage question)
    {
        question.Reply = HasAbsorbed(question.Loser, question.Head);
        yield return ReplyTo(question);
    }

    private IEnumerable<HomeEffect> WriteSnapshot()
    {
        var write = new WriteSnapshotEffect(new HomeSnapshot(State));
        yield return write;
        if (write.Reply == SnapshotStart.Begun) _coveredSeq = State.Seq;
        _isTooLarge = write.Reply == SnapshotStart.TooLarge;
    }
}
