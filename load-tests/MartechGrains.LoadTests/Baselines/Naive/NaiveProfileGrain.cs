using System.Text.Json;

namespace MartechGrains.LoadTests.Baselines.Naive;

/// <summary>One person.</summary>
[Alias("load.INaiveProfileGrain")]
public interface INaiveProfileGrain : IGrainWithStringKey
{
    /// <summary>Counts an event and writes the state. True unless the event was counted before.</summary>
    [Alias("Apply")]
    ValueTask<bool> ApplyAsync(NaiveEvent happened);
}

/// <summary>
/// The profile grain as one first writes it: read the state, change it, write it, for each event. The state is durable
/// when the call returns, as with MartechGrains.
/// </summary>
/// <param name="state">The state.</param>
public sealed class NaiveProfileGrain(
    [PersistentState("naiveprofile")] IPersistentState<NaiveProfileState> state) : Grain, INaiveProfileGrain
{
    /// <inheritdoc/>
    public async ValueTask<bool> ApplyAsync(NaiveEvent happened)
    {
        var profile = state.State;
        if (profile.RecentEventIds.Contains(happened.EventId))
            return false;
        if (profile.RecentEventIds.Count == NaiveProfileState.MaxRecentEventIds)
            profile.RecentEventIds.RemoveAt(0);
        profile.RecentEventIds.Add(happened.EventId);
        profile.EventCounts[happened.Class] = profile.EventCounts.GetValueOrDefault(happened.Class) + 1;
        profile.Identifiers.UnionWith(happened.Identifiers);
        if (happened.CurrencyCode is { } currency)
            profile.Revenue[currency] = profile.Revenue.GetValueOrDefault(currency) + happened.MinorUnits;
        if (happened.TraitsJson is { } traits)
        {
            foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(traits)!)
                profile.Traits[name] = value;
        }

        if (profile.FirstSeen is null || happened.EventTime < profile.FirstSeen)
            profile.FirstSeen = happened.EventTime;
        if (profile.LastSeen is null || happened.EventTime > profile.LastSeen)
            profile.LastSeen = happened.EventTime;
        await state.WriteStateAsync();
        return true;
    }
}
