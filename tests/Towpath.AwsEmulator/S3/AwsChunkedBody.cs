using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Signing;

namespace Towpath.AwsEmulator.S3;

/// <summary>
/// A body in <c>aws-chunked</c> coding: chunks with or without signatures, then trailers. Source: Amazon S3 API Reference,
/// signature calculations for a payload in multiple chunks, with and without trailing headers.
/// </summary>
internal sealed class AwsChunkedBody(PipeReader reader, SigningContext? signing) : IBodySource, IDisposable
{
    private const int LongestLine = 16 * 1024;

    private static readonly string EmptyHash = Signature.Hash("");

    private readonly IncrementalHash? _chunkHash = signing is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string _previous = signing?.SeedSignature ?? "";
    private string _claimed = "";
    private long _left;
    private bool _started;
    private bool _ended;

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        while (_left == 0)
        {
            if (_ended) return 0;
            await NextChunkAsync(cancellationToken);
        }

        var read = await reader.ReadAsync(cancellationToken);
        if (read.Buffer.IsEmpty) throw Incomplete();
        var count = (int)Math.Min(Math.Min(_left, into.Length), read.Buffer.Length);
        var part = read.Buffer.Slice(0, count);
        part.CopyTo(into.Span);
        reader.AdvanceTo(part.End);
        _chunkHash?.AppendData(into.Span[..count]);
        _left -= count;
        return count;
    }

    public void Dispose() => _chunkHash?.Dispose();

    private async Task NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_started)
        {
            if ((await LineAsync(cancellationToken)).Length != 0) throw Malformed();
            CheckChunk();
        }

        _started = true;
        var header = (await LineAsync(cancellationToken)).Split(';');
        if (!long.TryParse(header[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left)) throw Malformed();
        if (signing is not null)
            _claimed = header.Skip(1).FirstOrDefault(h => h.StartsWith("chunk-signature=", StringComparison.Ordinal))?["chunk-signature=".Length..] ?? throw Malformed();
        if (_left > 0) return;
        CheckChunk();
        _ended = true;
        await TrailersAsync(cancellationToken);
    }

    private void CheckChunk()
    {
        if (signing is null) return;
        var hash = Convert.ToHexStringLower(_chunkHash!.GetHashAndReset());
        var expected = Signature.Sign(
            signing.Key, $"AWS4-HMAC-SHA256-PAYLOAD\n{signing.Date}\n{signing.Scope}\n{_previous}\n{EmptyHash}\n{hash}");
        if (!Signature.Same(expected, _claimed)) throw Protocols.WireProtocol.S3.WrongSignature();
        _previous = expected;
    }

    private async Task TrailersAsync(CancellationToken cancellationToken)
    {
        var signed = new StringBuilder();
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var at = line.IndexOf(':', StringComparison.Ordinal);
            if (at < 0) throw Malformed();
            var (name, value) = (line[..at].Trim().ToLowerInvariant(), line[(at + 1)..].Trim());
            Trailers[name] = value;
            if (name != "x-amz-trailer-signature") signed.Append(name).Append(':').Append(value).Append('\n');
        }

        if (signing is null || signed.Length == 0) return;
        var expected = Signature.Sign(
            signing.Key, $"AWS4-HMAC-SHA256-TRAILER\n{signing.Date}\n{signing.Scope}\n{_previous}\n{Signature.Hash(signed.ToString())}");
        if (!Signature.Same(expected, Trailers.GetValueOrDefault("x-amz-trailer-signature") ?? "")) throw Protocols.WireProtocol.S3.WrongSignature();
    }

    /// <summary>Up to the next line end; empty at the end of the body.</summary>
    private async ValueTask<string> LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.Buffer.Length > LongestLine) throw Malformed();
            if (read.IsCompleted)
            {
                if (!read.Buffer.IsEmpty || !_ended) throw Incomplete();
                reader.AdvanceTo(read.Buffer.End);
                return "";
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static AwsFault Incomplete() => S3Fault.Of("IncompleteBody", "The request body terminated unexpectedly");

    private static AwsFault Malformed() => S3Fault.Of("InvalidRequest", "The aws-chunked body is malformed.");
}
