namespace MartechGrains.LoadTests.Traffic;

/// <summary>
/// How often each person acts: person <c>k</c> in proportion to <c>1 / (k + 1) ^ exponent</c>, so that a few people
/// make much of the traffic and most people make little.
/// </summary>
public sealed class ZipfPopularity
{
    private readonly double[] upTo;

    /// <summary>Makes the distribution.</summary>
    /// <param name="people">How many people there are, at least 1.</param>
    /// <param name="exponent">How uneven they are, 0 for even; 1.1 is usual for web traffic.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its bounds.</exception>
    public ZipfPopularity(int people, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(people, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        upTo = new double[people];
        var sum = 0.0;
        for (var person = 0; person < people; person++)
        {
            sum += Math.Pow(person + 1, -exponent);
            upTo[person] = sum;
        }

        for (var person = 0; person < people; person++)
            upTo[person] /= sum;
        upTo[^1] = 1;
    }

    /// <summary>How many people there are.</summary>
    public int People => upTo.Length;

    /// <summary>The share of all events that is this person's.</summary>
    public double Share(int person) => person == 0 ? upTo[0] : upTo[person] - upTo[person - 1];

    /// <summary>The person that a number in [0, 1) falls to.</summary>
    public int Pick(double unit)
    {
        var index = Array.BinarySearch(upTo, unit);
        return Math.Min(index < 0 ? ~index : index + 1, upTo.Length - 1);
    }
}
