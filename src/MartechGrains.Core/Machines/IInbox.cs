using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Core.Machines;

/// <summary>
/// The messages that wait for a machine, oldest first: a grain's mailbox, or the simulator's queue. The machine takes
/// from it as many as share one turn.
/// </summary>
public interface IInbox
{
    /// <summary>The oldest message, which stays there; false if none waits.</summary>
    bool TryPeek([NotNullWhen(true)] out Message? message);

    /// <summary>Takes the oldest message out.</summary>
    /// <exception cref="InvalidOperationException">None waits.</exception>
    Message Take();
}
