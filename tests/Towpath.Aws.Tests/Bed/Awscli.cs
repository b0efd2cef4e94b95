using System.Diagnostics;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator;

namespace Towpath.Aws.Tests.Bed;

/// <summary>Debian's awscli, which reads back what Towpath wrote.</summary>
internal static class Awscli
{
    public static async Task<JsonNode> RunAsync(Emulator emulator, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/aws", ["--endpoint-url", emulator.Url.GetLeftPart(UriPartial.Authority), "--output", "json", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = emulator.Options.AccessKey, ["AWS_SECRET_ACCESS_KEY"] = emulator.Options.Secret, ["AWS_DEFAULT_REGION"] = emulator.Options.Region,
                ["AWS_CONFIG_FILE"] = "/dev/null", ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null", ["AWS_PAGER"] = "", ["AWS_EC2_METADATA_DISABLED"] = "true",
            },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return JsonNode.Parse(await output)!;
    }
}
