using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Curation;

/// <summary>A value that links nothing.</summary>
/// <param name="Identifier">The value.</param>
/// <param name="IsBlocked">Whether the policy blocks it; else it is generic.</param>
/// <param name="Carriers">How many homes carry it.</param>
public sealed record InertValue(Identifier Identifier, bool IsBlocked, int Carriers);

/// <summary>Lists the values that link nothing: candidates for being made linkable.</summary>
public sealed class InertValues(IPointerReads pointers, PointerCodec pointerCodec, DecisionEvidenceReader evidence)
{
    /// <summary>Most values of one page: each is named by a home that is loaded for it.</summary>
    public const int MaxPageSize = 100;

    /// <summary>
    /// A page of them, by identifier key. A value that no home can name, as nobody carries it, is left out.
    /// </summary>
    /// <param name="after">The last key of the page before; null for the first.</param>
    /// <param name="limit">Most values, up to <see cref="MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The values, and where the next page goes on; null after the last.</returns>
    public async Task<(IReadOnlyList<InertValue> Values, IdentifierKey? Next)> ListAsync(
        IdentifierKey? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await pointers.ReadFlaggedPointersAsync(PointerFlags.Inert, after, limit, cancellationToken);
        var values = new List<InertValue>(rows.Count);
        foreach (var row in rows)
        {
            if (await evidence.NameAsync(row.Identifier, row.Home, cancellationToken) is not { } identifier) continue;
            var state = pointerCodec.Decode(row);
            values.Add(new InertValue(identifier, state.Rule.Blocked, state.Live));
        }
        return (values, rows.Count == limit ? rows[^1].Identifier : null);
    }
}
