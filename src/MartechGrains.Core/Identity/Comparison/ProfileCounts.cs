namespace MartechGrains.Core.Identity.Comparison;

/// <summary>
/// How many profiles become what under another policy, told by their sets of identifiers. Two profiles <em>share</em>
/// if an identifier is in both. A value that turns generic is a profile of its own from then on, so it parts from the
/// one it was in. An identifier that one of the policies blocks, or of which it leaves only sets over a limit, is in no
/// profile there, and alone neither merges nor splits any.
/// </summary>
/// <param name="Before">Profiles under the policy in force: <paramref name="Unchanged"/>, <paramref name="Split"/>,
/// <paramref name="Vanished"/>, and all others, of which each goes into one profile after.</param>
/// <param name="After">Profiles under the candidate.</param>
/// <param name="Unchanged">Profiles with the same set of identifiers before and after.</param>
/// <param name="Merged">Profiles after that share with several before.</param>
/// <param name="Merging">Profiles before that share with one of these.</param>
/// <param name="Split">Profiles before that share with several after. What a split leaves may merge with others, so
/// that a profile may count here and as <paramref name="Merging"/>.</param>
/// <param name="Parts">Profiles after that share with one of these.</param>
/// <param name="Resized">Profiles before that share with one profile after, which shares with no other, but do not have
/// the same set: identifiers come or go that only one of the policies has in profiles.</param>
/// <param name="Vanished">Profiles before that share with none after.</param>
/// <param name="Appeared">Profiles after that share with none before.</param>
/// <param name="Renamed">Profiles before whose id changes: the profile after that holds their anchor has another
/// anchor, or none holds it. Of profiles that merge, as a rule all but one.</param>
public readonly record struct ProfileCounts(
    int Before, int After, int Unchanged, int Merged, int Merging, int Split, int Parts, int Resized, int Vanished,
    int Appeared, int Renamed);
