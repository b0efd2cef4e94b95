using System.Diagnostics;
using System.Globalization;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>Something that brings a site into a bucket. What is timed is its process, from start to end, unless it says otherwise.</summary>
internal abstract class SiteTool(EmulatorProcess emulator)
{
    public abstract string Name { get; }

    protected EmulatorProcess Emulator => emulator;

    public virtual Task PrepareAsync(string bucket, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="bucket">Where to.</param>
    /// <param name="site">The folder; the zip lies beside it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public virtual async Task<double> RunAsync(string bucket, string site, CancellationToken cancellationToken) => (await RunAsync(bucket, site, null, cancellationToken)).Seconds;

    /// <summary>Also tells the most memory that the process had, looked at every few milliseconds.</summary>
    public async Task<(double Seconds, double Megabytes)> RunAsync(string bucket, string site, TimeSpan? look, CancellationToken cancellationToken)
    {
        var start = Start(bucket, site);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        // rclone refuses to start with one of these, and nothing here is https.
        start.Environment.Remove("AWS_CA_BUNDLE");
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        var since = Clock.Time.GetTimestamp();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        var most = look is null ? 0 : await WatchAsync(process, look.Value, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var seconds = Clock.Time.GetElapsedTime(since).TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, most)
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await errors}{await output}");
    }

    protected abstract ProcessStartInfo Start(string bucket, string site);

    protected virtual IReadOnlyDictionary<string, string> Environment => AwsOf(emulator);

    protected static IReadOnlyDictionary<string, string> AwsOf(EmulatorProcess emulator) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = EmulatorProcess.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = EmulatorProcess.Secret,
        ["AWS_REGION"] = EmulatorProcess.Region,
        ["AWS_DEFAULT_REGION"] = EmulatorProcess.Region,
        ["AWS_ENDPOINT_URL"] = emulator.Url.ToString(),
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
    };

    private static async Task<double> WatchAsync(Process process, TimeSpan every, CancellationToken cancellationToken)
    {
        var most = 0.0;
        while (!process.HasExited)
        {
            // VmHWM only grows, so that the last look has nearly the end.
            if (Peak(process.Id) is { } peak) most = Math.Max(most, peak);
            await Task.Delay(every, Clock.Time, cancellationToken);
        }

        return most;
    }

    private static double? Peak(int id)
    {
        try
        {
            return Machine.Field($"/proc/{id}/status", "VmHWM") is { } text ? double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1_000_000 : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

internal sealed class TowpathTool(EmulatorProcess emulator, string folder) : SiteTool(emulator)
{
    public const string Called = "towpath";

    private int _version;

    public override string Name => Called;

    /// <summary>A bare folder with the spec alone.</summary>
    public override async Task PrepareAsync(string bucket, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(folder, "spec", "apps"));
        await File.WriteAllTextAsync(Path.Combine(folder, "spec", "apps", "docs.yaml"), $$"""
            name: docs
            artifact: { kind: static-site, source: "{version}.zip" }
            environments:
              dev:
                target: { kind: static-site, region: {{EmulatorProcess.Region}}, bucket: {{bucket}} }
            """, cancellationToken);
    }

    protected override ProcessStartInfo Start(string bucket, string site) => new(
        Path.Combine(Machine.Root, "towpath"),
        ["deploy", "docs", "--env", "dev", "--version", string.Create(CultureInfo.InvariantCulture, $"v{++_version}"), "--artifact", site + ".zip"]) { WorkingDirectory = Path.Combine(folder, "spec") };
}

internal sealed class RcloneTool(EmulatorProcess emulator) : SiteTool(emulator)
{
    public const string Called = "rclone";

    public override string Name => Called;

    protected override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment, StringComparer.Ordinal)
    {
        ["RCLONE_CONFIG"] = "/dev/null",
        ["RCLONE_CONFIG_S_TYPE"] = "s3",
        ["RCLONE_CONFIG_S_PROVIDER"] = "Other",
        ["RCLONE_CONFIG_S_ENDPOINT"] = Emulator.Url.ToString(),
        ["RCLONE_CONFIG_S_ACCESS_KEY_ID"] = EmulatorProcess.AccessKey,
        ["RCLONE_CONFIG_S_SECRET_ACCESS_KEY"] = EmulatorProcess.Secret,
        ["RCLONE_CONFIG_S_REGION"] = EmulatorProcess.Region,
    };

    protected override ProcessStartInfo Start(string bucket, string site) => new(Peers.Rclone, ["copy", "--transfers", "32", "--checkers", "32", site, $"s:{bucket}"]);
}

internal sealed class AwsTool(EmulatorProcess emulator) : SiteTool(emulator)
{
    public const string Called = "aws s3 sync";

    public override string Name => Called;

    protected override ProcessStartInfo Start(string bucket, string site) =>
        new(Peers.Aws, ["--endpoint-url", Emulator.Url.ToString(), "s3", "sync", "--only-show-errors", site, $"s3://{bucket}"]);
}

/// <summary>The programs that stand beside us.</summary>
internal static class Peers
{
    public const string Rclone = "/usr/bin/rclone";
    public const string Aws = "/usr/bin/aws";

    public static string? Missing()
    {
        string[] packages = [.. new[] { (Rclone, "rclone"), (Aws, "awscli") }.Where(p => !File.Exists(p.Item1)).Select(p => p.Item2)];
        return packages.Length == 0 ? null : $"bench: the peers are missing: apt-get install {string.Join(' ', packages)}";
    }
}
