using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Entries;

/// <summary>A fact group as one journal knows it: the rows of one home, not of those it absorbed.</summary>
/// <param name="Ordinal">By first appearance in the journal, from 0.</param>
/// <param name="Keys">The identifier keys, in the order of <paramref name="Identifiers"/>.</param>
/// <param name="Identifiers">The identifiers.</param>
/// <param name="DataKey">The group's data key, in the clear.</param>
internal sealed record JournalGroup(
    int Ordinal, ImmutableArray<IdentifierKey> Keys, ImmutableArray<Identifier> Identifiers, byte[] DataKey);
