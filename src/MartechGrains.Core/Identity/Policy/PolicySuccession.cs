namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// What a newer version of the policy may not change: how values are written, because evidence is stored as it was
/// normalised when it came.
/// </summary>
public static class PolicySuccession
{
    /// <summary>What speaks against a version after another, with a remedy; null for nothing.</summary>
    public static string? Check(IdentityPolicy current, IdentityPolicy next)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(next);
        foreach (var old in current.Namespaces)
        {
            if (!next.TryGet(old.Name, out var changed))
                return $"The namespace '{old.Name}' is missing, but there may be values of it. Keep it; where it shall "
                    + "link nothing, block all of its values.";
            if (changed.Normaliser != old.Normaliser || changed.DefaultRegion != old.DefaultRegion)
                return $"The normaliser of '{old.Name}' is another, but values are stored as the old one wrote them. "
                    + "Add a namespace for the new form.";
        }
        return null;
    }
}
