using System.Diagnostics;
using System.Globalization;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;


namespace MartechGrains.LoadTests.Commands;

/// <summary>What one more link costs in a home of one person.</summary>
/// <param name="Link">Deciding and folding the event, and finding what it changed; in microseconds.</param>
/// <param name="View">Making the view that shows it, in microseconds.</param>
public sealed record LinkCost(double Link, double View)
{
    private const int WarmUps = 20;
    private const int Repetitions = 200;
    private const long Time = 1_700_000_000_000;

    private static readonly Identifier Hub = new("user_id", "hub");

    /// <summary>Measures on this thread; medians.</summary>
    /// <param name="identifiers">How many the person has already.</param>
    public static LinkCost Measure(int identifiers)
    {
        var links = new List<double>();
        var views = new List<double>();
        for (var repetition = -WarmUps; repetition < Repetitions; repetition++)
        {
            var home = new HomeState(new HomeId(Key(0)), new IdentityPolicies(DefaultPolicy.Load()));
            for (var i = 1; i < identifiers; i++) Fold(home, i);
            var watch = new IdentityWatch(home);

            var start = Stopwatch.GetTimestamp();
            watch.Follow(Fold(home, identifiers));
            watch.TakeChanges();
            var linked = Stopwatch.GetTimestamp();
            ProfileAssembly.Assemble(home, withOpenJoins: true);
            var viewed = Stopwatch.GetTimestamp();
            if (repetition < 0) continue;
            links.Add(Stopwatch.GetElapsedTime(start, linked).TotalMicroseconds);
            views.Add(Stopwatch.GetElapsedTime(linked, viewed).TotalMicroseconds);
        }

        return new LinkCost(Results.Report.Median(links), Results.Report.Median(views));
    }

    private static EventApplied Fold(HomeState home, int number)
    {
        var mail = new Identifier("email", string.Create(CultureInfo.InvariantCulture, $"m{number}@example.org"));
        var linked = new CanonicalEvent
        {
            Source = "load",
            EventId = number.ToString(CultureInfo.InvariantCulture),
            EventTime = new(Time),
            Identifiers = [mail, Hub],
            Fact = new Fact(EventClass.Identified, Channel.Web),
            Name = "identify",
            CleaningVersion = 1,
            ContentHash = (ulong)number,
            Raw = default,
        };
        var (_, entry) = HomeRules.Apply(
            home, new RoutedEvent(linked, [Key(number), Key(0)], [Key(number), Key(0)]), new(Time));
        home.Fold(entry!);
        return entry!;
    }

    private static IdentifierKey Key(int number) => new((UInt128)(uint)number);
}
