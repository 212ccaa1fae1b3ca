using System.Collections.Immutable;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Registry;

/// <summary>The shell of a registered source.</summary>
[GrainType("source")]
public sealed class SourceRegistryGrain(
    [PersistentState(SourceRegistryGrain.StateName, RegistryStorage.Name)] IPersistentState<SourceState> state)
    : Grain, ISourceRegistryGrain
{
    /// <summary>The state's name: rows are found by it and by the key, not by the grain's type.</summary>
    public const string StateName = "source";

    /// <inheritdoc/>
    public async ValueTask<SourceRecord> Register(
        ImmutableArray<string> writeKeyHashes, IngestTime now, CancellationToken cancellationToken)
    {
        var name = RegistryKeys.SourceOf(this.GetPrimaryKeyString());
        var source = SourceRecord.Register(state.State.Source, name, writeKeyHashes, now);
        state.State.Source = source;
        await state.WriteOrLeaveAsync(this);
        return source;
    }

    /// <inheritdoc/>
    public ValueTask<SourceRecord?> Find(CancellationToken cancellationToken) => new(state.State.Source);
}

/// <summary>What a <see cref="SourceRegistryGrain"/> keeps.</summary>
[GenerateSerializer]
[Alias("martechgrains.registry.sourceState")]
public sealed class SourceState
{
    /// <summary>The source, once registered.</summary>
    [Id(0)]
    public SourceRecord? Source { get; set; }
}
