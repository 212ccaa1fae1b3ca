using System.Globalization;

namespace MartechGrains.LoadTests.Tracing;

/// <summary>Processor time of each thread of a process, as Linux counts it.</summary>
public static class ThreadTimes
{
    private const int UserTicks = 11;
    private const int SystemTicks = 12;
    private const double TicksPerSecond = 100;

    /// <summary>Name and seconds of processor time so far, by thread id.</summary>
    public static Dictionary<int, (string Name, double Seconds)> Read(int processId)
    {
        var times = new Dictionary<int, (string, double)>();
        foreach (var folder in Directory.EnumerateDirectories(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/task")))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "stat"));
            }
            catch (IOException)
            {
                // It ended meanwhile.
                continue;
            }

            // The name stands in parentheses and may hold anything; what follows begins with the state.
            var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
            var fields = line[(close + 2)..].Split(' ');
            var ticks = long.Parse(fields[UserTicks], CultureInfo.InvariantCulture)
                + long.Parse(fields[SystemTicks], CultureInfo.InvariantCulture);
            times.Add(
                int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture),
                (line[(open + 1)..close], ticks / TicksPerSecond));
        }

        return times;
    }
}
