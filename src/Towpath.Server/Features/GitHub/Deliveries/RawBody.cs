using System.Buffers;
using System.IO.Pipelines;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>A body as it came, in one piece, within the budget. Disposing it gives both back.</summary>
internal sealed class RawBody(BodyBudget budget) : IDisposable
{
    /// <summary>Larger ones are not pooled: they are rare, and a pool would keep them.</summary>
    private const int MostPooled = 1 << 20;
    private const int First = 16 * 1024;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>There was no room for it.</summary>
    public bool IsWithout { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public async Task ReadAsync(PipeReader reader, long? told, CancellationToken cancellationToken) => IsWithout = !await TryReadAsync(reader, told, cancellationToken);

    private async Task<bool> TryReadAsync(PipeReader reader, long? told, CancellationToken cancellationToken)
    {
        // What was told costs its sender nothing: room is taken for what has come.
        if (!TryGrow((int)Math.Min(told ?? First, First))) return false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var more = read.Buffer;
            if (_length + more.Length > _buffer.Length && !TryGrow(Next(_length + more.Length, told))) return false;
            more.CopyTo(_buffer.AsSpan(_length));
            _length += (int)more.Length;
            reader.AdvanceTo(more.End);
            if (read.IsCompleted) return true;
        }
    }

    /// <summary>Twice as much, and not more than was told, or than may come at all.</summary>
    private int Next(long needed, long? told) => checked((int)Math.Max(needed, Math.Min(told ?? ReceiveDeliveries.MaximumBody, 2L * _buffer.Length)));

    public void Dispose()
    {
        Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private bool TryGrow(int size)
    {
        if (size == 0) return true;
        if (!budget.TryTake(size, size)) return false;
        // A pooled one may be longer than asked for, and is counted as what it is.
        var buffer = size <= MostPooled ? ArrayPool<byte>.Shared.Rent(size) : new byte[size];
        if (buffer.Length > size && !budget.TryTake(buffer.Length - size, size))
        {
            budget.GiveBack(size);
            ArrayPool<byte>.Shared.Return(buffer);
            return false;
        }

        Bytes.CopyTo(buffer);
        Return(_buffer);
        _buffer = buffer;
        return true;
    }

    private void Return(byte[] buffer)
    {
        if (buffer.Length == 0) return;
        budget.GiveBack(buffer.Length);
        if (buffer.Length <= MostPooled) ArrayPool<byte>.Shared.Return(buffer);
    }
}
