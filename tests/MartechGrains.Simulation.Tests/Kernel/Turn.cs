using MartechGrains.Core.Routing;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// What a script of a router, a producer or an operator waits for. After each effect it looks at
/// <see cref="Turn.Failed"/>.
/// </summary>
internal abstract record Effect;

/// <summary>Carries a step out; the answer is left in the step.</summary>
internal sealed record StepEffect(RouterStep Step) : Effect;

/// <summary>Lets others go first, for long if so said.</summary>
internal sealed record PauseEffect(bool Long) : Effect;

/// <summary>Whether the last effect of a script was answered.</summary>
internal sealed class Turn
{
    public bool Failed { get; set; }
}
