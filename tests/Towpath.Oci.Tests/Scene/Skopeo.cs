using System.Diagnostics;
using System.Text;

namespace Towpath.Oci.Tests.Scene;

/// <summary>Debian's skopeo: what an independent client reads and writes.</summary>
internal static class Skopeo
{
    /// <summary>The very bytes of the manifest or index.</summary>
    public static Task<byte[]> RawAsync(string image, string? login = null) =>
        RunAsync(["inspect", "--raw", "--tls-verify=false", .. login is null ? Array.Empty<string>() : ["--creds", login], $"docker://{image}"]);

    /// <summary>Copies with all platforms, or as the program does by itself.</summary>
    public static Task CopyAsync(string from, string to, bool all = true) =>
        RunAsync(["copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", .. all ? ["--all"] : Array.Empty<string>(), $"docker://{from}", $"docker://{to}"]);

    private static async Task<byte[]> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("skopeo", ["--insecure-policy", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {await error} {Encoding.UTF8.GetString(output.ToArray())}");
        return output.ToArray();
    }
}
