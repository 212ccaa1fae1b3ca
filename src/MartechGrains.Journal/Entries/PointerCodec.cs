using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;
using Carrier = MartechGrains.Core.Pointers.Carrier;

namespace MartechGrains.Journal.Entries;

/// <summary>Translates an identifier's state, and its spilled carriers, into rows and back.</summary>
/// <param name="wrapping">The deployment's wrapping key: what operators wrote is sealed.</param>
/// <param name="random">Where nonces and data keys come from.</param>
public sealed class PointerCodec(DeploymentKey wrapping, RandomFill random)
{
    private readonly SealedText _sealing = new(wrapping, random);

    /// <summary>
    /// The write that stores what an identifier's grain decided, as the version after the state's own.
    /// </summary>
    public PointerWrite NextWrite(IdentifierKey identifier, PointerChange change) => new(
        NextRow(identifier, change.State),
        [.. change.Rows.Select(row => new CarrierRow(
            identifier, row.Key, row.Value.IsSuperseded ? CarrierRow.Completed : row.Value.Handled,
            PointerWriter.Carrier(row.Value)))]);

    /// <summary>The state a row stores.</summary>
    /// <exception cref="EntryFormatException">The row is damaged, or sealed by another key.</exception>
    public PointerState Decode(PointerRow row)
    {
        try
        {
            var format = Pointer.Parser.ParseFrom(row.State.Span);
            return new PointerState
            {
                Version = row.Version,
                Home = row.Home,
                Epoch = format.Epoch,
                Inert = format.Inert,
                Uniting = format.Uniting,
                CarrierEpoch = format.CarrierEpoch,
                TellHome = format.TellHome,
                Rule = new ValueRule(
                    format.PolicyVersion, format.GenericAfter == 0 ? null : format.GenericAfter, format.Blocked),
                OverThreshold = format.OverThreshold,
                JudgedVersion = format.JudgedVersion,
                Uncounted = format.Uncounted,
                HasSpilled = format.HasSpilled,
                SpilledToDo = format.SpilledToDo,
                Live = format.Live,
                Behind = format.Behind,
                Carriers = format.Carriers.ToImmutableSortedDictionary(
                    static held => KeyBytes.Home(held.Home), static held => Decode(held.Carrier)),
                Decisions = Open(row.Identifier, format.SealedDecisions),
            };
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or SealBrokenException)
        {
            throw new EntryFormatException($"The pointer row of {row.Identifier} is damaged.", error);
        }
    }

    /// <summary>The carrier a row stores.</summary>
    /// <exception cref="EntryFormatException">The row is damaged.</exception>
    public static Carrier Decode(CarrierRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            return Decode(Format.Carrier.Parser.ParseFrom(row.State.Span));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new EntryFormatException($"A carrier row of {row.Identifier} is damaged.", error);
        }
    }

    private PointerRow NextRow(IdentifierKey identifier, PointerState state)
    {
        var view = state.View;
        var flags = (view.Inert ? PointerFlags.Inert : PointerFlags.None)
            | (view.Unsettled ? PointerFlags.Unsettled : PointerFlags.None);
        return new PointerRow(
            identifier, state.Version + 1, state.Home, flags,
            PointerWriter.Pointer(state, Seal(identifier, state.Decisions)));
    }

    private byte[] Seal(IdentifierKey identifier, ImmutableSortedDictionary<DecisionId, LinkableDecision> decisions)
    {
        if (decisions.IsEmpty) return [];
        var format = new ValueDecisions();
        foreach (var decision in decisions.Values)
            format.Decisions.Add(new ValueDecisions.Types.ValueDecision
            {
                Id = DecisionFormat.Encode(decision.Id),
                Made = DecisionFormat.Encode(decision.Made),
                Undone = decision.Undone is { } undone ? DecisionFormat.Encode(undone) : null,
            });
        return _sealing.Seal(identifier.Bits, format.ToByteArray());
    }

    private ImmutableSortedDictionary<DecisionId, LinkableDecision> Open(IdentifierKey identifier, ByteString text)
    {
        if (text.IsEmpty) return ImmutableSortedDictionary<DecisionId, LinkableDecision>.Empty;
        var format = ValueDecisions.Parser.ParseFrom(_sealing.Open(identifier.Bits, text.Span));
        return format.Decisions.Select(static decision => new LinkableDecision(
                DecisionFormat.DecodeId(decision.Id), DecisionFormat.Decode(decision.Made),
                decision.Undone is { } undone ? DecisionFormat.Decode(undone) : null))
            .ToImmutableSortedDictionary(static decision => decision.Id, static decision => decision);
    }

    private static Carrier Decode(Format.Carrier format) => new(
        format.PolicyVersion, format.ReportVersion, [.. format.Neighbours.Select(EntryFormat.Decode)], format.Handled);
}
