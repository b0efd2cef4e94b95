namespace Towpath.AwsEmulator.S3;

/// <summary>Keeps small contents in memory and large ones in files of a folder of its own.</summary>
internal sealed class BlobStore : IDisposable
{
    public const int InMemory = 64 * 1024;

    private readonly string _folder;
    private int _files;

    public BlobStore(string? dataFolder)
    {
        _folder = Path.Combine(dataFolder ?? Path.GetTempPath(), $"towpath-aws-emulator-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(_folder);
    }

    public string NextFile() => Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}");

    /// <summary>One after the other, with a checksum over the whole.</summary>
    public async Task<Blob> JoinAsync(IReadOnlyList<Blob> parts, ChecksumState? checksum, CancellationToken cancellationToken)
    {
        var length = parts.Sum(p => p.Length);
        if (length <= InMemory)
        {
            byte[] bytes = [.. parts.SelectMany(p => p.ToArray())];
            checksum?.Append(bytes);
            return new MemoryBlob(bytes);
        }

        var path = NextFile();
        await using (var file = File.Create(path))
            foreach (var part in parts)
            {
                if (checksum is not null) checksum.Append(part.ToArray());
                await part.CopyToAsync(file, cancellationToken);
            }

        return new FileBlob(path, length);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
