using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Makes scripts of routines: one effect for each step.</summary>
internal static class Scripts
{
    /// <summary>Goes through a routine. Where a step is not answered the turn has failed.</summary>
    public static IEnumerable<Effect> Run<TResult>(Turn turn, Routine<RouterStep, TResult> routine)
    {
        foreach (var step in routine.Run())
        {
            // Rows are read one by one, so that others can come between.
            if (step is FindPointersStep { Identifiers.Count: > 1 } find)
            {
                var found = new Dictionary<IdentifierKey, PointerView>();
                foreach (var key in find.Identifiers)
                {
                    var one = new FindPointersStep([key]);
                    yield return new StepEffect(one);
                    if (turn.Failed) yield break;
                    foreach (var (identifier, view) in one.Reply!) found.Add(identifier, view);
                }

                find.Reply = found;
                continue;
            }

            yield return new StepEffect(step);
            if (turn.Failed) yield break;
        }
    }
}
