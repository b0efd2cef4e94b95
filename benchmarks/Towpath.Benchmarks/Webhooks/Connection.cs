using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>A connection with one delivery on its way at a time. It never waits: it goes on as far as the socket lets it.</summary>
internal sealed class Connection : IDisposable
{
    private readonly IReadOnlyList<PreparedRequest> _requests;
    private readonly byte[] _answer = new byte[8192];
    private int _next;
    private int _got;
    private long _since;
    private ReadOnlyMemory<byte> _left;

    public Connection(IPEndPoint server, IReadOnlyList<PreparedRequest> requests, int number)
    {
        (_requests, _next) = (requests, number);
        Socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
        Socket.Blocking = false;
    }

    public Socket Socket { get; }

    public bool IsSending => _left.Length > 0;

    /// <summary>From the first byte of the delivery to the last one of its answer.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>The answer's.</summary>
    public string Status { get; private set; } = "";

    public void Send()
    {
        _since = Clock.Time.GetTimestamp();
        _left = _requests[_next % _requests.Count].Fresh();
        _next += 7;
        _got = 0;
        GoOn();
    }

    public void GoOn()
    {
        var sent = Socket.Send(_left.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock)) throw new IOException($"a delivery could not be sent: {error}");
        _left = _left[Math.Max(0, sent)..];
    }

    /// <returns>Whether that was the end of the answer.</returns>
    public bool Receive()
    {
        var got = Socket.Receive(_answer.AsSpan(_got), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return false;
        if (error != SocketError.Success || got == 0) throw new IOException($"the server closed the connection: {error}");
        _got += got;
        var answer = _answer.AsSpan(0, _got);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0 || !IsWhole(answer, head)) return false;
        Took = Clock.Time.GetElapsedTime(_since);
        Status = answer[9..12].SequenceEqual("202"u8) ? "202" : Encoding.ASCII.GetString(answer[9..12]);
        return true;
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>An answer is its head and as many bytes as that tells, or none, or chunks up to the last one.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> answer, int head)
    {
        var length = Value(answer[..head], "\r\nContent-Length: "u8, "\r\ncontent-length: "u8);
        if (length >= 0) return System.Buffers.Text.Utf8Parser.TryParse(answer[length..], out int told, out _) && answer.Length >= head + 4 + told;
        return Value(answer[..head], "\r\nTransfer-Encoding: chunked"u8, "\r\ntransfer-encoding: chunked"u8) < 0 || answer.EndsWith("0\r\n\r\n"u8);
    }

    private static int Value(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> orSo) =>
        head.IndexOf(name) is var at and >= 0 ? at + name.Length : head.IndexOf(orSo) is var small and >= 0 ? small + orSo.Length : -1;
}

/// <summary>A signed delivery as it goes over the wire; only its GUID is another each time.</summary>
internal sealed class PreparedRequest
{
    private readonly byte[] _bytes;
    private readonly int _guid;

    public PreparedRequest(Payload payload, string path)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {payload.Body.Length}\r\nX-GitHub-Delivery: ";
        var rest = $"{Guid.Empty}\r\nX-GitHub-Event: {payload.Event}\r\nX-Hub-Signature-256: {payload.Signature}\r\n\r\n";
        _guid = head.Length;
        _bytes = [.. Encoding.ASCII.GetBytes(head + rest), .. payload.Body];
    }

    /// <summary>One thread sends them all, and the GUID is among the first bytes, which a socket takes at once.</summary>
    public ReadOnlyMemory<byte> Fresh()
    {
        if (!DeliveryGuids.Next().TryFormat(_bytes.AsSpan(_guid), out _)) throw new InvalidOperationException("a GUID has 36 digits");
        return _bytes;
    }
}
