using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>Homes with their machines, over journals and a quarantine in memory. Nothing goes wrong here.</summary>
internal sealed class HomeFleet(IdentityPolicies policies)
{
    private readonly Dictionary<HomeId, HomeMachine> _machines = [];
    private readonly Dictionary<HomeId, List<HomeEntry>> _journals = [];

    /// <summary>The present.</summary>
    public IngestTime Now { get; set; }

    /// <summary>What appends have put into quarantine, in order.</summary>
    public List<JournaledBody> Quarantine { get; } = [];

    /// <summary>All journals.</summary>
    public IReadOnlyDictionary<HomeId, List<HomeEntry>> Journals => _journals;

    /// <summary>The home as it is in memory.</summary>
    public HomeState StateOf(HomeId home) => MachineOf(home).Committed.State;

    /// <summary>The home as its journal says.</summary>
    public HomeState ReloadOf(HomeId home)
    {
        var machine = new HomeMachine(home);
        Run(home, machine, machine.Activate());
        return machine.Committed.State;
    }

    /// <summary>Asks a home.</summary>
    public TReply Ask<TReply>(HomeId home, Func<IReplyTo<TReply>, Message> message)
    {
        var answer = new Answer<TReply>();
        var machine = MachineOf(home);
        machine.Observe(new HomeSurroundings(Now, policies, HoldsLease: true));
        Run(home, machine, machine.TakeTurn(new OneMessage(message(answer))));
        return answer.Reply!;
    }

    /// <summary>Moves the larger of two homes into the smaller, which is returned.</summary>
    public HomeId Unite(HomeId one, HomeId other)
    {
        var (winner, loser) = one < other ? (one, other) : (other, one);
        Ask<HomeId>(loser, to => new MoveMessage(to, winner));
        return winner;
    }

    private HomeMachine MachineOf(HomeId home)
    {
        if (_machines.TryGetValue(home, out var known)) return known;
        var machine = new HomeMachine(home);
        _machines.Add(home, machine);
        Run(home, machine, machine.Activate());
        return machine;
    }

    private void Run(HomeId home, HomeMachine machine, IEnumerable<HomeEffect> effects)
    {
        machine.Observe(new HomeSurroundings(Now, policies, HoldsLease: true));
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ReadRowsEffect read:
                    read.Reply = [.. JournalOf(read.Home).Take(read.UpTo).Skip(read.After)
                        .Take(ReadRowsEffect.PageSize)];
                    break;
                case LearnPolicyEffect learn:
                    learn.Reply = policies;
                    break;
                case AppendEffect append:
                    JournalOf(home).AddRange(append.Entries);
                    Quarantine.AddRange(append.Displaced);
                    break;
                case ReplyEffect reply:
                    reply.Message.Deliver();
                    break;
                case AbsorbEffect absorb:
                    absorb.Reply = Ask<Core.Homes.Messages.AbsorbReply>(
                        absorb.Winner, to => new AbsorbMessage(to, absorb.Loser, absorb.Head));
                    break;
                default:
                    break;
            }
        }
    }

    private List<HomeEntry> JournalOf(HomeId home)
    {
        if (!_journals.TryGetValue(home, out var journal)) _journals.Add(home, journal = []);
        return journal;
    }

    private sealed class OneMessage(Message message) : IInbox
    {
        private Message? _message = message;

        public bool TryPeek([NotNullWhen(true)] out Message? message)
        {
            message = _message;
            return message is not null;
        }

        public Message Take()
        {
            var taken = _message ?? throw new InvalidOperationException("None waits.");
            _message = null;
            return taken;
        }
    }

    private sealed class Answer<TReply> : IReplyTo<TReply>
    {
        public TReply? Reply { get; private set; }

        void IReplyTo<TReply>.Answer(TReply reply) => Reply = reply;

        public void Refuse(Refusal refusal) => throw new InvalidOperationException($"Refused: {refusal}.");

        public void Fail(Exception error) => throw error;
    }
}
