using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Towpath.Benchmarks;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The work tree: the launcher names it, else it is looked for upwards from the program.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("TOWPATH_ROOT") ?? FindRoot(AppContext.BaseDirectory);

    public static void Print()
    {
        Console.WriteLine($"machine   {Field("/proc/cpuinfo", "model name") ?? "unknown CPU"}, {Environment.ProcessorCount} cores, {Memory()} memory");
        Console.WriteLine($"system    {RuntimeInformation.OSDescription}, .NET {Environment.Version}");
        Console.WriteLine($"commit    {Output("git", ["-C", Root, "describe", "--always", "--dirty", "--abbrev=12"]) ?? "unknown"}");
    }

    /// <summary>The first line that a program prints; null where it cannot be run.</summary>
    public static string? Output(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text.Split('\n')[0].Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A value of a <c>name: value</c> file below <c>/proc</c>.</summary>
    public static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;

    private static string Memory() =>
        long.TryParse(Field("/proc/meminfo", "MemTotal")?.Split(' ')[0], CultureInfo.InvariantCulture, out var kibibytes)
            ? string.Create(CultureInfo.InvariantCulture, $"{kibibytes / 1024.0 / 1024:0.0} GiB")
            : "unknown";

    private static string FindRoot(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (File.Exists(Path.Combine(at, "Towpath.slnx"))) return at;
        return Environment.CurrentDirectory;
    }
}
