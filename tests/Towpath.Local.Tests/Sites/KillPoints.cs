using Towpath.Core.Artifacts;
using Towpath.Local.Sites;

namespace Towpath.Local.Tests.Sites;

/// <summary>Breaks off at a numbered point: before or after the n-th outside effect.</summary>
internal sealed class KillPoints(ISiteFiles inner) : ISiteFiles
{
    /// <summary>Where to break off; each effect has two points.</summary>
    public int KillAt { get; set; } = int.MaxValue;

    public int Passed { get; private set; }

    public List<string> Effects { get; } = [];

    public Task<CopyResult> CopyArtifactAsync(Stream source, SiteFolder folder, Digest digest, long maximumBytes, CancellationToken cancellationToken) =>
        AroundAsync("copy", () => inner.CopyArtifactAsync(source, folder, digest, maximumBytes, cancellationToken));

    public Task PublishReleaseAsync(SiteFolder folder, Digest digest, string unpacked, CancellationToken cancellationToken) =>
        AroundAsync("publish", () => inner.PublishReleaseAsync(folder, digest, unpacked, cancellationToken));

    public Task SwitchCurrentAsync(SiteFolder folder, Digest digest, string? seen, CancellationToken cancellationToken) =>
        AroundAsync("switch", () => inner.SwitchCurrentAsync(folder, digest, seen, cancellationToken));

    public Task RecordSwitchAsync(SiteFolder folder, SwitchRecord record, CancellationToken cancellationToken) =>
        AroundAsync("record", () => inner.RecordSwitchAsync(folder, record, cancellationToken));

    public Task TakeDownAsync(SiteFolder folder, CancellationToken cancellationToken) => AroundAsync("take down", () => inner.TakeDownAsync(folder, cancellationToken));

    public Task RemoveReleaseAsync(SiteFolder folder, string name, CancellationToken cancellationToken) =>
        AroundAsync("remove", () => inner.RemoveReleaseAsync(folder, name, cancellationToken));

    public Task RemoveArtifactAsync(SiteFolder folder, string fileName, CancellationToken cancellationToken) =>
        AroundAsync("remove", () => inner.RemoveArtifactAsync(folder, fileName, cancellationToken));

    private Task<bool> AroundAsync(string effect, Func<Task> act) => AroundAsync(effect, async () =>
    {
        await act();
        return true;
    });

    private async Task<T> AroundAsync<T>(string effect, Func<Task<T>> act)
    {
        Pass();
        var result = await act();
        Effects.Add(effect);
        Pass();
        return result;
    }

    private void Pass()
    {
        if (++Passed == KillAt) throw new KilledException();
    }
}

internal sealed class KilledException : Exception;
