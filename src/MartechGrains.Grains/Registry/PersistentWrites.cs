namespace MartechGrains.Grains.Registry;

/// <summary>Writes of grain state that leave no doubt behind.</summary>
internal static class PersistentWrites
{
    /// <summary>Writes the state; on any failure memory and disk may differ, and the grain leaves.</summary>
    public static async ValueTask WriteOrLeaveAsync<TState>(this IPersistentState<TState> state, Grain grain)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            grain.GrainContext.Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, "Its state may not be what is on disk."));
            throw;
        }
    }
}
