using System.Collections.Immutable;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Homes;

/// <summary>What a home answers to a reader: its view, or where to ask, or what to finish first.</summary>
/// <param name="View">The profiles, if the home speaks for them.</param>
/// <param name="MovedTo">The home to ask instead.</param>
/// <param name="Unfinished">Joins that a crash left open, to be run before asking again.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.homeReading")]
public sealed record HomeReading(
    [property: Id(0)] HomeView? View,
    [property: Id(1)] HomeId? MovedTo,
    [property: Id(2)] ImmutableArray<OpenJoin> Unfinished);
