using System.Runtime.InteropServices;

namespace Towpath.Cli.Output;

/// <summary>
/// Writes where the descriptor stands, as every program does. A <see cref="FileStream"/> keeps a position of its own: where several commands
/// write one after another into the same file (<c>{ towpath status; towpath history web; } >log</c>), each would write over the one before.
/// </summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">With the operating system's error number as its result.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteCore(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0) buffer = buffer[(int)written..];
            else if (Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain) and var error) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCore(int descriptor, ReadOnlySpan<byte> buffer, nuint count);
}
