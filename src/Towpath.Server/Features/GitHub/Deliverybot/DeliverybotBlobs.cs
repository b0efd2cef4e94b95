using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>A <c>.github/deploy.yml</c> as it stands at one commit.</summary>
/// <param name="Text">Null where there is none, or where it cannot be read.</param>
/// <param name="Blob">Git's name for its bytes.</param>
/// <param name="Unreadable">Why it cannot be read.</param>
internal sealed record DeliverybotBlob(string? Text, string? Blob, string? Unreadable)
{
    public static DeliverybotBlob None { get; } = new(null, null, null);

    public static DeliverybotBlob No(string why) => new(null, null, why);
}

/// <summary>Reads the file of a repository at a commit. Nothing is followed, and what git lists decides whether there is one.</summary>
public sealed class DeliverybotBlobs(TreesApi trees, ContentsApi contents)
{
    /// <summary>Calls that one reading makes, at most.</summary>
    public const int MostCalls = 3;

    private const long Largest = 1024 * 1024;

    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    internal async Task<DeliverybotBlob> ReadAsync(GitHubRepository repository, string commit, CancellationToken cancellationToken)
    {
        var (folder, name) = DeliverybotReader.FileName.Split('/') is [var above, var file] ? (above, file) : throw new InvalidOperationException("the file lies in one folder");
        if (await EntryAsync(repository, commit, folder, cancellationToken) is not { Type: "tree" } found) return DeliverybotBlob.None;
        if (await EntryAsync(repository, found.Sha, name, cancellationToken) is not { } entry) return DeliverybotBlob.None;
        if (entry.Type != "blob" || entry.IsLink) return DeliverybotBlob.No("It is a link or a folder, which is not followed. Put the file itself there.");
        if (entry.Size is not { } size || size > Largest) return DeliverybotBlob.No($"It is too large: a file may have {Largest} bytes.");
        var bytes = await contents.ReadAsync(repository, DeliverybotReader.FileName, commit, cancellationToken) ?? throw Gone(repository, commit);
        return ConfigurationText.Of(bytes.ToArray()) is { } text ? new DeliverybotBlob(text, entry.Sha, null) : DeliverybotBlob.No("It is not UTF-8 text. Save it as UTF-8.");
    }

    /// <summary>One that is not there is no empty one: that would take the application away.</summary>
    private async Task<TreeEntry?> EntryAsync(GitHubRepository repository, string tree, string name, CancellationToken cancellationToken)
    {
        var listed = await trees.FindAsync(repository, tree, recursive: false, cancellationToken) ?? throw Gone(repository, tree);
        return listed.Tree.FirstOrDefault(entry => string.Equals(entry.Path, name, StringComparison.Ordinal))
            ?? (listed.Truncated ? throw new GitHubException(new GitHubFailure($"reading a folder of {repository}", 404, "bad_answer", "it holds more than GitHub lists")) : null);
    }

    private static GitHubException Gone(GitHubRepository repository, string commit) =>
        new(new GitHubFailure($"reading {DeliverybotReader.FileName} of {repository}", 404, "bad_answer", $"what {commit} holds is not there any more"));
}
