using System.ComponentModel;
using MartechGrains.Grains.Adoption;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Identity;

/// <summary>By which rules identifiers become profiles.</summary>
internal sealed record PolicyOptions
{
    /// <summary>The identity policy's file; null for the one that is shipped.</summary>
    [Description("identity policy")]
    [Setting("FILE", Default = "the one that is shipped")]
    public string? IdentityPolicy { get; init; }

    /// <summary>What stands in that file; null where there is none.</summary>
    public PolicyVersion? Given { get; init; }
}
