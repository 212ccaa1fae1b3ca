using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Core.Machines;

/// <summary>
/// A course of effects with a result. An executor goes through <see cref="Run"/>, carries out each effect, and leaves
/// what came of it in the effect before it asks for the next one.
/// </summary>
/// <typeparam name="TEffect">What it wants done.</typeparam>
/// <typeparam name="TResult">What comes of it.</typeparam>
public abstract class Routine<TEffect, TResult>
{
    /// <summary>The result, once the last effect was carried out.</summary>
    [MaybeNull]
    public TResult Result { get; protected set; }

    /// <summary>The effects, to be gone through once.</summary>
    public abstract IEnumerable<TEffect> Run();
}
