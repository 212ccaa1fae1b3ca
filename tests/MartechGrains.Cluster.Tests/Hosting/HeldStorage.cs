using System.Collections.Concurrent;
using Orleans.Storage;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>Storage in memory whose next write can be held, and then fails or succeeds.</summary>
internal sealed class HeldStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, object> _kept = new();
    private volatile Held? _next;
    private volatile bool _refusesReads;

    /// <summary>Whether nothing can be read, so that no grain with state begins.</summary>
    public bool RefusesReads
    {
        get => _refusesReads;
        set => _refusesReads = value;
    }

    public Held HoldNext() => _next = new Held();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_refusesReads) throw new InvalidOperationException("The storage is away.");
        if (!_kept.TryGetValue(grainId, out var kept)) return Task.CompletedTask;
        (grainState.State, grainState.RecordExists) = ((T)kept, true);
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_next is { } held)
        {
            _next = null;
            await held.PassAsync();
        }
        _kept[grainId] = grainState.State!;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("Nothing clears state.");

    /// <summary>A write that is held.</summary>
    internal sealed class Held
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Pass() => _end.SetResult();

        public void Fail() => _end.SetException(new InvalidOperationException("The disk is full."));

        public Task PassAsync()
        {
            _reached.SetResult();
            return _end.Task;
        }
    }
}
