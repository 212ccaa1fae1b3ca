namespace MartechGrains.Grains.Registry;

/// <summary>The shell of a definition in force.</summary>
[GrainType("definition")]
public sealed class DefinitionInForceGrain(
    [PersistentState(DefinitionInForceGrain.StateName, RegistryStorage.Name)]
    IPersistentState<DefinitionInForceState> state) : Grain, IDefinitionInForceGrain
{
    /// <summary>The state's name: rows are found by it and by the key, not by the grain's type.</summary>
    public const string StateName = "definitionInForce";

    /// <inheritdoc/>
    public async ValueTask<AdoptOutcome> Adopt(int version, string digest, long now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentException.ThrowIfNullOrEmpty(digest);
        var outcome = DefinitionInForce.Judge(state.State.InForce, version, digest);
        if (outcome == AdoptOutcome.Adopted)
        {
            state.State.InForce = new DefinitionInForce(version, digest, now);
            await state.WriteOrLeaveAsync(this);
        }
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask<DefinitionInForce?> Find() => new(state.State.InForce);
}

/// <summary>What a <see cref="DefinitionInForceGrain"/> keeps.</summary>
[GenerateSerializer]
[Alias("martechgrains.registry.definitionState")]
public sealed class DefinitionInForceState
{
    /// <summary>The definition, once one is in force.</summary>
    [Id(0)]
    public DefinitionInForce? InForce { get; set; }
}
