using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Local.Folders;

namespace Towpath.Local.Artifacts;

/// <summary>Artifacts that lie in folders of this machine: <c>file:///path</c>, a path, or a path relative to the first allowed folder.</summary>
public sealed class FileArtifactSource(LocalOptions options) : IArtifactSource, IArtifactSearch
{
    private const string Prefix = "file://";

    public string Scheme => ArtifactScheme.File;

    // Which folders are allowed is asked of the path itself, once it is known: links may lead elsewhere by then.
    public string? Check(string source, OperatorLimits limits) => null;

    public async Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
    {
        switch (Locate(reference))
        {
            case FolderAnswer.Refused refused: return new ArtifactLookup.Refused(refused.Reason);
            case FolderAnswer.Allowed { Path: var path }:
                if (Directory.Exists(path)) return new ArtifactLookup.Missing($"'{path}' is a folder; name the zip file itself");
                return await DescribeFileAsync(path, cancellationToken);
            default: throw new InvalidOperationException("an answer is allowed or refused");
        }
    }

    public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) => Locate(reference) switch
    {
        FolderAnswer.Allowed allowed => Task.FromResult<Stream>(Open(allowed.Path)),
        FolderAnswer.Refused refused => throw new IOException(refused.Reason),
        _ => throw new InvalidOperationException("an answer is allowed or refused"),
    };

    public Task<IReadOnlyList<string>> FindAsync(string beginning, int most, CancellationToken cancellationToken)
    {
        if (Locate(beginning) is not FolderAnswer.Allowed { Path: var path } || Path.GetDirectoryName(path) is not { } folder || !Directory.Exists(folder))
            return Task.FromResult<IReadOnlyList<string>>([]);
        var name = Path.GetFileName(path);
        var written = beginning[..^name.Length];
        return Task.FromResult<IReadOnlyList<string>>(
            [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Where(file => file.StartsWith(name, StringComparison.Ordinal)).Take(most).Select(file => written + file)]);
    }

    private FolderAnswer Locate(string reference)
    {
        if (!reference.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return new AllowedFolders(options.Limits).Resolve(reference);
        return reference.Length > Prefix.Length && reference[Prefix.Length] == '/'
            ? new AllowedFolders(options.Limits).Resolve(Uri.UnescapeDataString(reference[Prefix.Length..]))
            : new FolderAnswer.Refused($"'{PlainText.Of(reference, 200)}' names another machine; write file:/// and an absolute path, or just a path");
    }

    private static async Task<ArtifactLookup> DescribeFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = Open(path);
            var digest = await Digest.OfAsync(stream, cancellationToken);
            return new ArtifactLookup.Found(digest, stream.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ArtifactLookup.Missing($"there is no file '{path}'; build it first, or correct the reference");
        }
        catch (UnauthorizedAccessException)
        {
            return new ArtifactLookup.Refused($"the operating system does not let Towpath read '{path}'; give its user the right to read it");
        }
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Access = FileAccess.Read,
        Share = FileShare.Read | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 1 << 17,
    });
}
