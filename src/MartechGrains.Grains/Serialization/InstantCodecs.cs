using System.Buffers;
using MartechGrains.Core.Time;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace MartechGrains.Grains.Serialization;

/// <summary>Writes an event time as the number that it is, on the wire and in the registry.</summary>
[RegisterSerializer]
internal sealed class EventTimeCodec : IFieldCodec<EventTime>
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, EventTime value)
        where TBufferWriter : IBufferWriter<byte> =>
        Int64Codec.WriteField(ref writer, fieldIdDelta, expectedType, value.Milliseconds, typeof(EventTime));

    public EventTime ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        new(Int64Codec.ReadValue(ref reader, field));
}

/// <summary>Writes an ingest time as the number that it is, on the wire and in the registry.</summary>
[RegisterSerializer]
internal sealed class IngestTimeCodec : IFieldCodec<IngestTime>
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, IngestTime value)
        where TBufferWriter : IBufferWriter<byte> =>
        Int64Codec.WriteField(ref writer, fieldIdDelta, expectedType, value.Milliseconds, typeof(IngestTime));

    public IngestTime ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        new(Int64Codec.ReadValue(ref reader, field));
}

[RegisterCopier]
internal sealed class EventTimeCopier : ShallowCopier<EventTime>;

[RegisterCopier]
internal sealed class IngestTimeCopier : ShallowCopier<IngestTime>;
