using System.Globalization;

namespace Towpath.Benchmarks;

/// <summary>How much of the processor somebody took: on a machine that is shared, this says more than the clock.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Milliseconds of a process, the children that it has waited for included; zero where it is gone.</summary>
    public static double Of(int process)
    {
        try
        {
            // After the name, which may hold anything: state is field 3, utime, stime, cutime and cstime are 14 to 17 (proc(5)).
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) * 1000 / TicksPerSecond;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return 0;
        }
    }

    /// <summary>Milliseconds of a process and its children.</summary>
    public static double OfFamily(int process) => Of(process) + Children(process).Sum(Of);

    private static IEnumerable<int> Children(int process)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children");
        return File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)) : [];
    }
}
