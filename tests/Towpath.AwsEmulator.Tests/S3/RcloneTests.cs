using System.Diagnostics;
using Towpath.AwsEmulator.S3;

namespace Towpath.AwsEmulator.Tests.S3;

/// <summary>Debian's rclone as client; it is a peer of the benchmark.</summary>
public sealed class RcloneTests
{
    [Fact]
    public async Task A_folder_is_copied_up_and_found_unchanged()
    {
        await using var fixture = await S3Fixture.StartAsync();
        var folder = Directory.CreateTempSubdirectory("towpath-rclone-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "assets"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "index.html"), "<p>home", TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "assets", "a b.bin"), new byte[6 * 1024 * 1024], TestContext.Current.CancellationToken);

            await RunAsync(fixture.Emulator, "copy", folder.FullName, "emulator:site", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M");
            var check = await RunAsync(fixture.Emulator, "check", folder.FullName, "emulator:site");
            var listed = await RunAsync(fixture.Emulator, "lsf", "-R", "emulator:site");

            Assert.Equal("<p>home", S3State.Of(fixture.Emulator.State).TextOf("site", "index.html"));
            Assert.Contains("0 differences found", check, StringComparison.Ordinal);
            Assert.Equal(["assets/", "assets/a b.bin", "index.html"], listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
            Assert.Contains(fixture.Emulator.Calls.All, c => c.Operation == "CompleteMultipartUpload");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(Emulator emulator, params string[] arguments)
    {
        var start = new ProcessStartInfo("rclone", ["--config", "/dev/null", "--retries", "1", "--low-level-retries", "1", .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TYPE"] = "s3", ["PROVIDER"] = "Other", ["ENV_AUTH"] = "false", ["ENDPOINT"] = emulator.Url.GetLeftPart(UriPartial.Authority),
            ["ACCESS_KEY_ID"] = emulator.Options.AccessKey, ["SECRET_ACCESS_KEY"] = emulator.Options.Secret, ["REGION"] = emulator.Options.Region,
        })
            start.Environment["RCLONE_CONFIG_EMULATOR_" + name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = await output + await error;
        Assert.True(process.ExitCode == 0, text);
        return arguments[0] == "lsf" ? await output : text;
    }
}
