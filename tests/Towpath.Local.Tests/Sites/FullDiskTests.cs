using System.Diagnostics;
using System.Security.Cryptography;
using Towpath.Core.Deployments;

namespace Towpath.Local.Tests.Sites;

/// <summary>On a file system of one megabyte. Needs the right to mount one.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData("fetch", 4 << 20, 100)]
    [InlineData("unpack", 1000, 4 << 20)]
    public async Task Disk_full_is_technical_says_what_to_do_and_leaves_nothing(string step, int packed, int unpacked)
    {
        await using var fixture = new SiteFixture();
        Directory.CreateDirectory(fixture.Site.Root);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", fixture.Site.Root), "mounting is not allowed here");
        try
        {
            var artifact = fixture.Store(Zips.Build(archive =>
            {
                Zips.Add(archive, "noise", Convert.ToHexString(RandomNumberGenerator.GetBytes(packed)));
                Zips.Add(archive, "text", string.Concat(Enumerable.Repeat(Convert.ToHexString(RandomNumberGenerator.GetBytes(10_000)), unpacked / 20_000)));
            }));
            var plan = await fixture.PlanAsync(artifact);
            if (step == "unpack") Assert.IsType<StepResult.Done>(await fixture.RunAsync(plan[0]));
            var errored = Assert.IsType<StepResult.Errored>(await fixture.RunAsync(plan.Single(planned => planned.Name == step)));
            Assert.Contains("no space left on the disk", errored.Exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(fixture.Site.Root, "*", SearchOption.AllDirectories), path => path.Contains(".tmp-", StringComparison.Ordinal));
        }
        finally
        {
            await RunAsync("umount", fixture.Site.Root);
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0;
    }
}
