using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.gate")]
internal struct GateSurrogate
{
    [Id(0)]
    public HomeStatus Status;

    [Id(1)]
    public HomeId Target;
}

[RegisterConverter]
internal sealed class GateConverter : IConverter<Gate, GateSurrogate>
{
    public Gate ConvertFromSurrogate(in GateSurrogate surrogate) =>
        new(surrogate.Status, surrogate.Target);

    public GateSurrogate ConvertToSurrogate(in Gate value) =>
        new() { Status = value.Status, Target = value.Target };
}

[GenerateSerializer]
[Alias("martechgrains.wire.applyReply")]
internal struct ApplyReplySurrogate
{
    [Id(0)]
    public Gate Gate;

    [Id(1)]
    public ImmutableArray<ApplyStatus> Statuses;

    [Id(2)]
    public ImmutableArray<OpenJoin> Open;
}

[RegisterConverter]
internal sealed class ApplyReplyConverter : IConverter<ApplyReply, ApplyReplySurrogate>
{
    public ApplyReply ConvertFromSurrogate(in ApplyReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.Statuses, surrogate.Open);

    public ApplyReplySurrogate ConvertToSurrogate(in ApplyReply value) =>
        new() { Gate = value.Gate, Statuses = value.Statuses, Open = value.Open };
}

[GenerateSerializer]
[Alias("martechgrains.wire.decideReply")]
internal struct DecideReplySurrogate
{
    [Id(0)]
    public Gate Gate;

    [Id(1)]
    public int News;

    [Id(2)]
    public ImmutableArray<OpenJoin> Open;
}

[RegisterConverter]
internal sealed class DecideReplyConverter : IConverter<DecideReply, DecideReplySurrogate>
{
    public DecideReply ConvertFromSurrogate(in DecideReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.News, surrogate.Open);

    public DecideReplySurrogate ConvertToSurrogate(in DecideReply value) =>
        new() { Gate = value.Gate, News = value.News, Open = value.Open };
}

[GenerateSerializer]
[Alias("martechgrains.wire.confirmReply")]
internal struct ConfirmReplySurrogate
{
    [Id(0)]
    public Gate Gate;

    [Id(1)]
    public ImmutableArray<OpenJoin> Open;
}

[RegisterConverter]
internal sealed class ConfirmReplyConverter : IConverter<ConfirmReply, ConfirmReplySurrogate>
{
    public ConfirmReply ConvertFromSurrogate(in ConfirmReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.Open);

    public ConfirmReplySurrogate ConvertToSurrogate(in ConfirmReply value) =>
        new() { Gate = value.Gate, Open = value.Open };
}

[GenerateSerializer]
[Alias("martechgrains.wire.absorbReply")]
internal struct AbsorbReplySurrogate
{
    [Id(0)]
    public AbsorbedAnswer Answer;

    [Id(1)]
    public HomeId Target;
}

[RegisterConverter]
internal sealed class AbsorbReplyConverter : IConverter<AbsorbReply, AbsorbReplySurrogate>
{
    public AbsorbReply ConvertFromSurrogate(in AbsorbReplySurrogate surrogate) =>
        new(surrogate.Answer, surrogate.Target);

    public AbsorbReplySurrogate ConvertToSurrogate(in AbsorbReply value) =>
        new() { Answer = value.Answer, Target = value.Target };
}

[GenerateSerializer]
[Alias("martechgrains.homeReading")]
internal struct HomeReadingSurrogate
{
    [Id(0)]
    public HomeView? View;

    [Id(1)]
    public HomeId? MovedTo;

    [Id(2)]
    public ImmutableArray<OpenJoin> Unfinished;
}

[RegisterConverter]
internal sealed class HomeReadingConverter : IConverter<HomeReading, HomeReadingSurrogate>
{
    public HomeReading ConvertFromSurrogate(in HomeReadingSurrogate surrogate) =>
        new(surrogate.View, surrogate.MovedTo, surrogate.Unfinished);

    public HomeReadingSurrogate ConvertToSurrogate(in HomeReading value) =>
        new() { View = value.View, MovedTo = value.MovedTo, Unfinished = value.Unfinished };
}
