namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>
/// The files of a large site, unpacked one after another into a file without a name: it ends with the last who uses it, or with the process. Once it is
/// written, the zip and its table of contents need not be held.
/// </summary>
internal sealed class UnpackedFiles : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private int _users = 1;

    /// <param name="folder">On a disk with room for the site: not where temporary files may be kept in memory.</param>
    public UnpackedFiles(string folder)
    {
        var path = Path.Combine(folder, $".{Guid.CreateVersion7():N}");
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 1 << 16,
        });
        File.Delete(path);
    }

    /// <summary>Where the next file will begin.</summary>
    public long Length => _file.Position;

    public void Write(ReadOnlySpan<byte> block) => _file.Write(block);

    /// <summary>Everything is written.</summary>
    public void Complete() => _file.Flush();

    /// <summary>Any number may read at once.</summary>
    public Stream Open(long offset, long length) => new Slice(this, offset, length);

    /// <summary>Holds it open until one more <see cref="Dispose"/>.</summary>
    /// <returns>False where it is closed already.</returns>
    public bool TryUse()
    {
        lock (_lock) return _users > 0 && _users++ > 0;
    }

    public void Dispose()
    {
        lock (_lock)
            if (_users > 0 && --_users == 0) _file.Dispose();
    }

    private sealed class Slice(UnpackedFiles files, long offset, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(files._file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, length - _position)], offset + _position);
            _position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled<int>(cancellationToken) : Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
