using MartechGrains.Core.Homes.Views;

namespace MartechGrains.Grains.Views;

/// <summary>One profile in the table of live views.</summary>
/// <param name="home">The home that published it.</param>
/// <param name="profile">The profile.</param>
public sealed class LiveView(HomeView home, ProfileView profile)
{
    private volatile object? _evaluation;

    /// <summary>The home that published it.</summary>
    public HomeView Home { get; } = home;

    /// <summary>The profile.</summary>
    public ProfileView Profile { get; } = profile;

    /// <summary>
    /// What a reader last made of the view, kept for others while it stays true; the reader knows its type and its end.
    /// </summary>
    public object? Evaluation
    {
        get => _evaluation;
        set => _evaluation = value;
    }

    internal bool Read { get; set; }
}
