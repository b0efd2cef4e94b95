using System.Text.Json;
using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>Who switched a site last. The link itself is the truth; this says since when and for whom it is so.</summary>
/// <param name="Deployment">The deployment's id.</param>
/// <param name="Token">The step's idempotency token.</param>
/// <param name="Digest">What was switched to.</param>
/// <param name="Since">When.</param>
public sealed record SwitchRecord(string Deployment, string Token, Digest Digest, DateTimeOffset Since)
{
    /// <returns>Null before the first switch, and where a crash left none.</returns>
    public static async Task<SwitchRecord?> ReadAsync(SiteFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(folder.Record);
            return await JsonSerializer.DeserializeAsync(stream, LocalJson.Default.SwitchRecord, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}
