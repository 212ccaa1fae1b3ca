using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MartechGrains.Cluster.Tests.Walks;

public sealed class StateHasherTests
{
    [Fact]
    public async Task One_hash_is_computed_at_a_time()
    {
        await using var journal = await JournalFolder.CreateAsync();
        HeldHomes store = null!;
        var resources = await journal.OpenAsync("a", inner => store = new HeldHomes(inner));
        await using var services = new ServiceCollection().AddLogging().AddMartechGrains(resources)
            .BuildServiceProvider();
        using var hasher = ActivatorUtilities.CreateInstance<StateHasher>(services);
        var first = hasher.ComputeAsync(SampleEvents.Day, CancellationToken.None);
        await Assert.ThrowsAsync<StateHashUnderWayException>(
            () => hasher.ComputeAsync(SampleEvents.Day, CancellationToken.None));

        store.Open();
        var (hash, profiles, _) = await first;
        Assert.Equal(0, profiles);
        Assert.Equal(hash, (await hasher.ComputeAsync(SampleEvents.Day, CancellationToken.None)).Hash);
    }

    /// <summary>A store whose list of homes comes when it is opened.</summary>
    private sealed class HeldHomes(IJournalStore inner) : PassingStore(inner)
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate.SetResult();

        public override async Task<IReadOnlyList<HomeId>> ReadHomesAsync(
            HomeId? after, int limit, CancellationToken cancellationToken = default)
        {
            await _gate.Task.WaitAsync(cancellationToken);
            return await base.ReadHomesAsync(after, limit, cancellationToken);
        }
    }
}
