using System.Text.Json;
using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>
/// What a release holds, written beside its files when they were unpacked. Only what stands here is served, and its hashes are the
/// entity tags.
/// </summary>
/// <param name="Format">The version of this file's meaning.</param>
/// <param name="Digest">The artifact that it was unpacked from.</param>
/// <param name="UnpackedAt">Whole seconds, later than that of every release that lay beside it: what <c>Last-Modified</c> says.</param>
/// <param name="Files">By path with slashes.</param>
public sealed record ReleaseManifest(int Format, Digest Digest, DateTimeOffset UnpackedAt, IReadOnlyDictionary<string, ReleaseFile> Files)
{
    public const int CurrentFormat = 1;
    private const string FileName = ".towpath-release.json";

    public static string PathIn(string release) => Path.Combine(release, FileName);

    /// <returns>Null where there is no complete release.</returns>
    public static async Task<ReleaseManifest?> ReadAsync(string release, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(PathIn(release));
            return await JsonSerializer.DeserializeAsync(stream, LocalJson.Default.ReleaseManifest, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public async Task WriteAsync(string release, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(PathIn(release), FileMode.CreateNew);
        await JsonSerializer.SerializeAsync(stream, this, LocalJson.Default.ReleaseManifest, cancellationToken);
    }
}

/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Immutable">Its name tells its content, so that browsers may keep it for ever.</param>
public sealed record ReleaseFile(string Sha256, long Size, bool Immutable);
