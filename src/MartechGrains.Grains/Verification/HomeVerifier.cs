using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Grains.Verification;

/// <summary>
/// Verifies one home: its chain and payloads, its snapshot, the homes that it has absorbed, and the pointers of the
/// identifiers that it has registered.
/// </summary>
public sealed class HomeVerifier(
    IJournalReads journals, IPointerReads pointers, JournalWalk walk, PolicyCache policies, DeploymentKey wrapping,
    RandomFill random)
{
    /// <summary>Pointers that are read at a time.</summary>
    private const int PointersAtATime = 1000;

    internal async Task VerifyAsync(HomeId home, VerificationRun run, CancellationToken cancellationToken)
    {
        run.Homes++;
        var registered = new HashSet<IdentifierKey>();
        var absorbed = new List<HomeAbsorbed>();
        var last = 0;
        try
        {
            await foreach (var walked in walk.OwnAsync(home, [], isAll: false, cancellationToken))
            {
                run.Rows++;
                last = walked.Row.Seq;
                Take(walked, registered, absorbed, run);
            }
        }
        catch (HomeDamagedException damage)
        {
            run.Add(new Finding(FindingKind.RowDamaged, home, damage.Row));
            return;
        }
        await VerifySnapshotAsync(home, last, run, cancellationToken);
        foreach (var loser in absorbed) await VerifyAbsorbedAsync(loser, run, cancellationToken);
        foreach (var some in registered.Chunk(PointersAtATime))
            await VerifyPointersAsync(home, some, run, cancellationToken);
    }

    private static void Take(
        in WalkedRow walked, HashSet<IdentifierKey> registered, List<HomeAbsorbed> absorbed, VerificationRun run)
    {
        switch (walked.Entry)
        {
            case EventApplied when !CanOpen(walked):
                run.Add(new Finding(FindingKind.PayloadUnreadable, walked.Row.Home, walked.Row.Seq));
                break;
            case JoinsConfirmed confirmed:
                foreach (var join in confirmed.Confirmations)
                {
                    // A value that links nothing may be of many homes, and its pointer leads to one of them.
                    if (join.Inert) registered.Remove(join.Identifier);
                    else if (join.Member) registered.Add(join.Identifier);
                }
                break;
            case HomeAbsorbed loser:
                absorbed.Add(loser);
                break;
            default:
                break;
        }
    }

    private static bool CanOpen(in WalkedRow walked)
    {
        try
        {
            walked.Codec.OpenPayload(walked.Row);
            return true;
        }
        catch (Exception error) when (error is EntryFormatException or SealBrokenException)
        {
            return false;
        }
    }

    private async Task VerifySnapshotAsync(
        HomeId home, int last, VerificationRun run, CancellationToken cancellationToken)
    {
        if (await journals.ReadSnapshotAsync(home, cancellationToken) is not { } snapshot) return;
        // It may be of rows that were written since the home was read.
        if (snapshot.Seq > last && !await run.HasRowAsync(home, snapshot.Seq, cancellationToken))
        {
            run.Add(new Finding(FindingKind.LastRowsLost, home, last + 1));
            return;
        }
        try
        {
            SnapshotCodec.Read(snapshot, await policies.ReadyAsync(cancellationToken), wrapping, random);
        }
        catch (EntryFormatException)
        {
            run.Add(new Finding(FindingKind.SnapshotDamaged, home));
        }
    }

    /// <summary>What was absorbed is a reference: its rows must be there, and say that it has moved.</summary>
    private async Task VerifyAbsorbedAsync(
        HomeAbsorbed absorbed, VerificationRun run, CancellationToken cancellationToken)
    {
        var head = await run.HeadAsync(absorbed.Loser, cancellationToken);
        if (head < absorbed.Head)
        {
            run.AddLost(absorbed.Loser, head);
        }
        else if (head == absorbed.Head && !await IsUnfinishedAsync(absorbed.Loser, cancellationToken)
            && await run.HeadAsync(absorbed.Loser, cancellationToken) == absorbed.Head)
        {
            run.Add(new Finding(FindingKind.MoveLost, absorbed.Loser, head + 1));
        }
    }

    /// <summary>Whether it is still on its way, and the sweep will see to it.</summary>
    private async Task<bool> IsUnfinishedAsync(HomeId home, CancellationToken cancellationToken)
    {
        HomeId? before = home.Founder.Bits == 0 ? null : new HomeId(new IdentifierKey(home.Founder.Bits - 1));
        var next = await journals.ReadUnfinishedHomesAsync(before, 1, cancellationToken);
        return next.Count > 0 && next[0] == home;
    }

    private async Task VerifyPointersAsync(
        HomeId home, IdentifierKey[] registered, VerificationRun run, CancellationToken cancellationToken)
    {
        var rows = await pointers.ReadPointersAsync(registered, cancellationToken);
        foreach (var identifier in registered)
        {
            if (!rows.TryGetValue(identifier, out var pointer))
                run.Add(new Finding(FindingKind.PointerLost, home, Identifier: identifier));
            else if (pointer.Home != home && await IsAstrayAsync(home, pointer, run, cancellationToken))
                run.Add(new Finding(FindingKind.PointerAstray, home, Identifier: identifier));
        }
    }

    private async ValueTask<bool> IsAstrayAsync(
        HomeId home, PointerRow pointer, VerificationRun run, CancellationToken cancellationToken)
    {
        if (!await DiffersAsync(pointer)) return false;
        // Homes may have met since the pointer was read.
        var again = await pointers.ReadPointersAsync([pointer.Identifier], cancellationToken);
        return again.TryGetValue(pointer.Identifier, out var now) && await DiffersAsync(now);

        async ValueTask<bool> DiffersAsync(PointerRow row) => row.Flags == PointerFlags.None
            && await run.FollowAsync(row.Home, cancellationToken) != await run.FollowAsync(home, cancellationToken);
    }
}
