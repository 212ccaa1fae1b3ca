using System.Text.Json;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>Reads the policy of an identity case.</summary>
internal static class IdentityCasePolicyReader
{
    private const int MaxBlockedValues = 10_000;

    public static IdentityPolicy Read(CaseElement policy)
    {
        policy.Members("namespaces", "contested", "blocked");
        var contested = policy.Optional("contested") is { } mode ? Contested(mode) : ContestedRule.LastAuthenticated;
        var blocked = Blocked(policy);
        var namespaces = policy.Required("namespaces", "List at least one.")
            .Items(IdentityPolicy.MaxNamespaces).Select(one => ReadNamespace(one, contested)).ToArray();
        try
        {
            return new IdentityPolicy(1, namespaces, blocked);
        }
        catch (ArgumentException e)
        {
            throw policy.Fault($"is contradictory: {e.Message.TrimEnd('.')}", "Correct the setting.", e);
        }
    }

    private static NamespacePolicy ReadNamespace(CaseElement one, ContestedRule contested)
    {
        one.Members("name", "priority", "maxPerProfile", "within", "genericAfter", "contested", "blocked");
        var within = one.Optional("within");
        var max = one.Optional("maxPerProfile")?.Number();
        var mode = one.Optional("contested") is { } own ? Contested(own) : contested;
        var genericAfter = one.Optional("genericAfter")?.Number();
        // The reference that cases are written by takes the smaller of the two where a policy says both; a policy file
        // is refused.
        if (mode == ContestedRule.Nobody && genericAfter > NamespacePolicy.MinGenericAfter)
            genericAfter = NamespacePolicy.MinGenericAfter;
        if (within is { } lonely && max is null)
            throw lonely.Fault("limits nothing", "Add maxPerProfile, or remove it.");
        return new NamespacePolicy
        {
            Name = one.Required("name", "Name the namespace.").Text(),
            Priority = one.Required("priority", "Add it; 1 is the highest.").Number(),
            MaxPerProfile = max,
            LimitWindow = within is { } window ? Window(window) : null,
            GenericAfter = genericAfter,
            Contested = mode,
            Blocked = Blocked(one),
            Normaliser = NormaliserKind.Verbatim,
        };
    }

    /// <summary>
    /// As in a policy file where event times are milliseconds; as a number where they are in another unit.
    /// </summary>
    private static long Window(CaseElement within)
    {
        const string remedy = "Give a text such as 7d, or a whole number in the unit of the event times.";
        if (within.Json.ValueKind != JsonValueKind.String)
        {
            return within.Time() is >= 1 and <= NamespacePolicy.MaxLimitWindow and var number
                ? number
                : throw within.Fault($"is not within 1 to {NamespacePolicy.MaxLimitWindow}", remedy);
        }

        var fault = WindowText.Read(within.Text(), out var window);
        return fault == WindowFault.None ? window : throw within.Fault(LimitWindowFault.Problem(fault), remedy);
    }

    private static BlockedValues Blocked(CaseElement of)
    {
        if (of.Optional("blocked") is not { } blocked)
            return BlockedValues.None;
        blocked.Members("values", "patterns");
        if (blocked.Optional("values") is null && blocked.Optional("patterns") is null)
            throw blocked.Fault("blocks nothing", "Add values or patterns, or remove it.");
        var values = blocked.Optional("values")?.Items(MaxBlockedValues).Select(value => value.Text());
        var patterns = blocked.Optional("patterns")?.Items(BlockedValues.MaxPatterns).Select(Pattern);
        return new BlockedValues(values ?? [], patterns ?? []);
    }

    private static string Pattern(CaseElement pattern)
    {
        try
        {
            BlockedValues.Compile(pattern.Text());
            return pattern.Text();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw pattern.Fault($"is no usable pattern: {e.Message}",
                "Correct it; look-around and back references are not available.", e);
        }
    }

    private static ContestedRule Contested(CaseElement mode) =>
        (mode.Json.ValueKind == JsonValueKind.String ? mode.Text() : null) switch
        {
            "last_authenticated" => ContestedRule.LastAuthenticated,
            "first" => ContestedRule.First,
            "nobody" => ContestedRule.Nobody,
            _ => throw mode.Fault("is not a known rule", "Known are last_authenticated, first and nobody."),
        };
}
