namespace MartechGrains.Server.Settings;

/// <summary>How far two names are apart.</summary>
internal static class Spelling
{
    /// <summary>How many characters must be put in, left out or changed to make one of the other.</summary>
    public static int Distance(string a, string b)
    {
        var above = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var row = 1; row <= a.Length; row++)
        {
            var current = new int[b.Length + 1];
            current[0] = row;
            for (var column = 1; column <= b.Length; column++)
            {
                var change = above[column - 1] + (a[row - 1] == b[column - 1] ? 0 : 1);
                current[column] = Math.Min(change, 1 + Math.Min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[b.Length];
    }
}
