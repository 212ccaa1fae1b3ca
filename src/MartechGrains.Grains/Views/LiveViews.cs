using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Views;

/// <summary>
/// The silo's table of committed views by identifier: a lookup that finds one answers without a grain call. A home
/// publishes after a commit and withdraws before it acknowledges what changes the view, moves or leaves.
/// </summary>
public sealed class LiveViews
{
    private readonly ConcurrentDictionary<IdentifierKey, LiveView> _views = new();

    /// <summary>How many identifiers have a view.</summary>
    public int Count => _views.Count;

    /// <summary>The view of an identifier, if its home has published one.</summary>
    public bool TryGet(IdentifierKey identifier, [NotNullWhen(true)] out LiveView? view)
    {
        if (!_views.TryGetValue(identifier, out view)) return false;
        // Not written anew: many threads read a view that is asked for often.
        if (!view.Read) view.Read = true;
        return true;
    }

    internal void Publish(HomeView home)
    {
        foreach (var profile in home.Profiles)
        {
            var view = new LiveView(home, profile);
            for (var i = 0; i < profile.Keys.Length; i++)
            {
                // Several homes may carry an inert value; which of them answers for it, its pointer alone says.
                if (profile.Linkable[i]) _views[profile.Keys[i]] = view;
            }
        }
    }

    /// <summary>Takes a view out. Tells whether a lookup had found it.</summary>
    internal bool Withdraw(HomeView home)
    {
        var wasRead = false;
        foreach (var profile in home.Profiles)
        {
            foreach (var key in profile.Keys)
            {
                if (!_views.TryGetValue(key, out var view) || !ReferenceEquals(view.Home, home)) continue;
                _views.TryRemove(new KeyValuePair<IdentifierKey, LiveView>(key, view));
                wasRead |= view.Read;
            }
        }
        return wasRead;
    }
}
