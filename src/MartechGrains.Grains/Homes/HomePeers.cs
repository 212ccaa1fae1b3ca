using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>What one home asks of others: always smaller ones, so no calls form a cycle.</summary>
internal sealed class HomePeers(ProtocolGrains grains)
{
    public async Task<AbsorbReply> AbsorbAsync(HomeId winner, HomeId loser, int head) =>
        (await Grain(winner, loser).Absorb(loser.AsImmutable(), head)).Value;

    /// <summary>The home that has absorbed <paramref name="loser"/>, or null if none has.</summary>
    public async Task<HomeId?> FindAbsorberAsync(HomeId target, HomeId loser, int head)
    {
        while (true)
        {
            var answer = (await Grain(target, loser).HasAbsorbed(loser.AsImmutable(), head)).Value;
            switch (answer.Answer)
            {
                case AbsorbedAnswer.Yes:
                    return target;
                case AbsorbedAnswer.No:
                    return null;
                default:
                    // Strictly smaller each time, so this ends.
                    target = answer.Target;
                    break;
            }
        }
    }

    private IProfileGrain Grain(HomeId home, HomeId asking) => home < asking
        ? grains.Home(home)
        : throw new InvalidOperationException($"Home {asking} would call {home}, which is not smaller.");
}
