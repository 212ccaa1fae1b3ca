using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.Views;

/// <summary>What a home answers to a reader: its view, or where to ask, or what to complete first.</summary>
/// <param name="View">The profiles, if the home speaks for them.</param>
/// <param name="MovedTo">The home to ask instead.</param>
/// <param name="Unfinished">Joins that a crash left open, to be completed before asking again.</param>
public sealed record HomeReading(HomeView? View, HomeId? MovedTo, ImmutableArray<OpenJoin> Unfinished);
