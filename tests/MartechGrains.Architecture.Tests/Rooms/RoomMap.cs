namespace MartechGrains.Architecture.Tests.Rooms;

/// <summary>Which room of a product may use which. Rooms of other products are of no concern here.</summary>
internal static class RoomMap
{
    private const string Map = """
        MartechGrains.Core
        Consent → Events, Identity, Identity.Policy, Identity.Resolution
        Curation → Events, Identity, Identity.Comparison, Identity.Explanations, Identity.Resolution, Time
        Events → Identity, Identity.Policy, Time
        Events.Cleaning → Events, Events.Json, Identity, Time
        Events.Json → Events, Time
        Events.Segment → Events, Events.Cleaning, Events.Json, Time
        Facts → Events, Identity, Time
        Features → Events, Facts, Time
        Homes.Machine → Events, Facts, Homes.Messages, Homes.State, Homes.Views, Identity, Identity.Policy
        Homes.Machine → Machines, Pointers, Time
        Homes.Messages → Curation, Events, Identity, Pointers
        Homes.State → Consent, Curation, Events, Facts, Homes.Messages, Identity, Identity.Policy
        Homes.State → Identity.Resolution, Pointers, Time
        Homes.Stored → Consent, Curation, Facts, Homes.State, Homes.Views, Identity, Identity.Policy
        Homes.Stored → Identity.Resolution, Time
        Homes.Views → Consent, Curation, Events, Facts, Homes.State, Identity, Identity.Incremental
        Homes.Views → Identity.Policy, Identity.Resolution, Pointers, Time
        Identity.Comparison → Identity, Identity.Policy, Identity.Resolution
        Identity.Explanations → Identity, Identity.Policy, Identity.Resolution
        Identity.Incremental → Identity, Identity.Policy, Identity.Resolution, Time
        Identity.Normalisation → Identity, Identity.Policy
        Identity.Policy → Identity
        Identity.Resolution → Identity, Identity.Policy, Time
        Pointers → Curation, Identity, Identity.Policy, Machines
        Routing → Curation, Events, Homes.Messages, Homes.Views, Identity, Identity.Policy, Machines, Pointers
        MartechGrains.Journal
        Clocks → Contracts, Entries
        Entries → Contracts, Sealing
        Feed → Contracts, Entries
        Postgres → Contracts, Stores
        Reading → Contracts
        Sqlite → Contracts, Sealing, Stores
        Stores → Contracts
        Writing → Contracts
        MartechGrains.Grains
        Adoption → (root), Damage, Mailboxes, Registry, Routing, Walks
        Curation → (root), Damage, Homes, Mailboxes, Registry, Routing, Walks
        Homes → (root), Damage, Mailboxes, Registry, Streams, Views
        Hosting → Adoption, Curation, Damage, Homes, Ingest, Pointers, Registry, Routing, Streams
        Hosting → Streams.Inbound, Verification, Views, Walks
        Ingest → (root), Damage, Registry, Routing
        Lineage → Adoption, Homes, Registry, Routing, Walks
        Mailboxes → (root)
        Pointers → (root), Mailboxes
        Recovery → Adoption, Curation, Damage, Routing
        Routing → (root), Damage, Homes, Pointers, Registry, Views
        Streams.Inbound → Ingest, Registry, Streams
        Verification → Damage, Registry, Walks
        Walks → Damage, Homes
        MartechGrains.Server
        (root) → Demo, Hosting
        Access → Errors, Settings
        Activation → Access, Errors, Messages
        Demo → Access
        Hosting → Access, Activation, Errors, Identity, Ingress, Ingress.Grpc, Ingress.Segment, Lineage, Messages
        Hosting → OpenApi, Operations, Settings
        Identity → Access, Activation, Errors, Lineage, Messages, Settings
        Ingress → Errors, Settings
        Ingress.Grpc → Access, Errors, Ingress, Messages
        Ingress.Segment → Access, Errors, Ingress
        Lineage → Access, Activation, Errors, Messages
        Messages → Errors
        OpenApi → Errors, Ingress.Segment
        Operations → Access, Activation, Errors, Messages
        MartechGrains.Cli
        (root) → Commands, Connection, Output, Sending
        Commands → Arguments, Connection, Output
        Connection → Output
        Sending → Connection, Output
        """;

    /// <summary>What a project's rooms may use, in the order of the map.</summary>
    public static IReadOnlyCollection<(string From, string To)> Of(string project)
    {
        var allowed = new HashSet<(string From, string To)>();
        var current = "";
        foreach (var line in Map.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = line.Split('→', StringSplitOptions.TrimEntries);
            if (ends.Length == 1) current = ends[0];
            else if (current == project)
                foreach (var to in ends[1].Split(',', StringSplitOptions.TrimEntries)) allowed.Add((ends[0], to));
        }
        return allowed;
    }
}
