using Google.Protobuf;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Entries;

/// <summary>Translates decisions as they are listed into rows and back.</summary>
/// <param name="wrapping">The deployment's wrapping key: identifiers and what operators wrote are sealed.</param>
/// <param name="random">Where nonces and data keys come from.</param>
public sealed class DecisionCodec(DeploymentKey wrapping, RandomFill random)
{
    private readonly SealedText _sealing = new(wrapping, random);

    /// <summary>The row of a decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="version">The row's version, from 1.</param>
    /// <param name="unfinished">Whether it may not have reached all that it is about.</param>
    public DecisionRow Encode(OperatorDecision decision, int version, bool unfinished)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var format = new ListedDecision
        {
            Kind = (uint)decision.Kind,
            Source = decision.Source,
            EventId = decision.EventId,
            Made = DecisionFormat.Encode(decision.Made),
            Undone = decision.Undone is { } undone ? DecisionFormat.Encode(undone) : null,
            Affected = decision.Affected,
        };
        foreach (var identifier in decision.Identifiers)
            format.Identifiers.Add(new State.Types.Name { Namespace = identifier.Namespace, Value = identifier.Value });
        return new DecisionRow(
            decision.Id, version, decision.Made.At, unfinished, _sealing.Seal(decision.Id.Bits, format.ToByteArray()));
    }

    /// <summary>The decision that a row stores.</summary>
    /// <exception cref="EntryFormatException">The row is damaged, or sealed by another key.</exception>
    public OperatorDecision Decode(DecisionRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            var format = ListedDecision.Parser.ParseFrom(_sealing.Open(row.Id.Bits, row.State.Span));
            return new OperatorDecision(
                row.Id, (OperatorDecisionKind)format.Kind,
                [.. format.Identifiers.Select(static name => new Identifier(name.Namespace, name.Value))],
                format.Source, format.EventId, DecisionFormat.Decode(format.Made),
                format.Undone is { } undone ? DecisionFormat.Decode(undone) : null, format.Affected);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or SealBrokenException)
        {
            throw new EntryFormatException($"The row of decision {row.Id} is damaged.", error);
        }
    }
}
