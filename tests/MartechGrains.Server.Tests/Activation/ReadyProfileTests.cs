using System.Buffers;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Features;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using Xunit;
using static MartechGrains.Server.Tests.Activation.SampleViews;

namespace MartechGrains.Server.Tests.Activation;

public sealed class ReadyProfileTests
{
    private static readonly EventTime Moment = new(Now);

    // In the order they are asked for: what was made ready is used again, has run out, or is of a later clock.
    private static readonly Gen<long[]> Moments =
        Gen.OneOf(Gen.Long[-Day, Day], Gen.Long[0, 3_600_000], Gen.Long[0, 40 * Day]).Array[1, 4];

    [Fact]
    public void An_answer_is_the_message_that_would_be_built_of_objects() =>
        Gen.Select(Views, Moments).Sample((view, moments) =>
        {
            foreach (var now in moments.Select(moment => Moment + moment))
            {
                var answer = ReadyProfile.Answer(view, now);
                Assert.Equal(Expected(view, now), answer.ToMessage());
                Assert.Equal(answer.Size, answer.ToBytes().Length);
            }
        }, iter: 500);

    [Fact]
    public void Results_of_several_keys_are_the_message_that_would_be_built_of_objects() =>
        Views.Array[0, 5].Sample(views =>
        {
            var error = Failures.NotFound(Protocol.Types.V1.ErrorReason.ProfileNotFound, "Nobody.");
            var expected = new LookupProfilesResponse();
            var results = new List<LookupAnswer.Result>();
            foreach (var view in views)
            {
                expected.Results.Add(new LookupResult { Profile = Expected(view, Moment).Profile });
                results.Add(new LookupAnswer.Result(ReadyProfile.Answer(view, Moment)));
                expected.Results.Add(new LookupResult { Error = error });
                results.Add(new LookupAnswer.Result(error));
            }

            var answer = new LookupAnswer([.. results]);
            Assert.Equal(expected, answer.ToMessage());
            Assert.Equal(answer.Size, answer.ToBytes().Length);
        }, iter: 100);

    [Fact]
    public void What_is_made_ready_is_kept_until_a_value_changes()
    {
        var view = Of([Of(Now, EventClass.MessageDelivered)]);
        ReadyProfile.Answer(view, Moment);
        var ready = view.Evaluation;
        ReadyProfile.Answer(view, Moment + 1);
        Assert.Same(ready, view.Evaluation);
        ReadyProfile.Answer(view, Moment + (7 * Day));
        Assert.NotSame(ready, view.Evaluation);
    }

    [Fact]
    public void A_warm_answer_allocates_a_fraction_of_its_size()
    {
        var traits = Enumerable.Range(0, 100).Select(n => Of(
            Now - n, EventClass.MessageDelivered, trait: ($"trait {n}", $"\"{new string('x', 100)}\"")));
        var view = Of([.. traits]);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        ReadyProfile.Answer(view, Moment).WriteTo(output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadyProfile.Answer(view, Moment + 1).WriteTo(output);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(output.WrittenCount, 20_000, int.MaxValue);
        Assert.InRange(allocated, 1, 600);
    }

    private static GetProfileResponse Expected(LiveView view, EventTime now)
    {
        var values = FeatureEvaluation.Evaluate(view.Profile.Facts, EvaluationMoment.Live(now), FeatureCatalog.Current);
        var profile = ProfileMessages.Of(view, values);
        profile.EvaluatedAt = FeatureMessages.Instant(now);
        return new GetProfileResponse { Profile = profile };
    }
}
