using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>The memory that a deployment of a hundred thousand files takes.</summary>
internal static class LargeSite
{
    private const int Files = 100_000;
    private const double Target = 200;

    public static async Task<bool> MeasureAsync(string folder, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(0, cancellationToken);
        var at = Path.Combine(folder, "large");
        Directory.CreateDirectory(at);
        await emulator.AddBucketAsync("large", cancellationToken);
        var tool = new TowpathTool(emulator, at);
        await tool.PrepareAsync("large", cancellationToken);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Files:N0} files"));
        Write(Path.Combine(at, "first.zip"), 1);
        Write(Path.Combine(at, "second.zip"), 2);
        var (cold, most) = await tool.RunAsync("large", Path.Combine(at, "first"), TimeSpan.FromMilliseconds(20), cancellationToken);
        var (again, mostAgain) = await tool.RunAsync("large", Path.Combine(at, "second"), TimeSpan.FromMilliseconds(20), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  cold {cold:0.0} s, half of them changed {again:0.0} s"));
        return Figures.Tell("cold, at most 200 MB", string.Create(CultureInfo.InvariantCulture, $"{most:0} MB"), most <= Target)
            & Figures.Tell("half changed, at most 200 MB", string.Create(CultureInfo.InvariantCulture, $"{mostAgain:0} MB"), mostAgain <= Target);
    }

    private static void Write(string path, int version)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var i = 0; i < Files; i++)
        {
            var content = string.Create(CultureInfo.InvariantCulture, $"content {i} of {(i % 2 == 0 ? version : 0)} {new string('x', 500)}");
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(content)))[..12];
            var name = i == 0 ? "index.html" : i % 10 == 0 ? $"pages/{i % 100}/page-{i}.html" : $"assets/{i % 100}/chunk{i}.{hash}.js";
            using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            entry.Write(Encoding.ASCII.GetBytes(content));
        }
    }
}
