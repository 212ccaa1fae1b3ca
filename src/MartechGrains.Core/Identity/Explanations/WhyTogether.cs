using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>Why two identifiers are one person.</summary>
/// <param name="Profile">Their profile.</param>
/// <param name="Path">The way from the one to the other; empty where they are the same.</param>
/// <param name="Truncated">Whether the way goes on.</param>
public sealed record WhyTogether(ResolvedProfile Profile, ImmutableArray<WhyStep> Path, bool Truncated);

/// <summary>One link of the way between two identifiers.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it leads.</param>
/// <param name="Times">Oldest and newest event that linked them; null where only a must-link does.</param>
/// <param name="MustLink">Id of the must-link decision, if any.</param>
public readonly record struct WhyStep(Identifier From, Identifier To, LinkTimes? Times, string? MustLink);
