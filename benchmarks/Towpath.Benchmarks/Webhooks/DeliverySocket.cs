using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>One connection that delivers webhooks when they are due, one after the other, without an HTTP client's share of the two cores.</summary>
internal sealed class DeliverySocket(IPEndPoint server, string path) : IDisposable
{
    private readonly byte[] _answer = new byte[8192];
    private readonly Socket _socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public async Task ConnectAsync(CancellationToken cancellationToken) => await _socket.ConnectAsync(server, cancellationToken);

    /// <returns>Whether it was answered with a 2xx.</returns>
    public async Task<bool> SendAsync(Payload payload, CancellationToken cancellationToken)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {payload.Body.Length}\r\n"
            + $"X-GitHub-Delivery: {DeliveryGuids.Next()}\r\nX-GitHub-Event: {payload.Event}\r\nX-Hub-Signature-256: {payload.Signature}\r\n\r\n");
        var whole = ArrayPool<byte>.Shared.Rent(head.Length + payload.Body.Length);
        head.CopyTo(whole, 0);
        payload.Body.CopyTo(whole, head.Length);
        var left = whole.AsMemory(0, head.Length + payload.Body.Length);
        while (left.Length > 0) left = left[await _socket.SendAsync(left, SocketFlags.None, cancellationToken)..];
        ArrayPool<byte>.Shared.Return(whole);
        return await AnswerAsync(cancellationToken);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        for (var got = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(got), SocketFlags.None, cancellationToken);
            if (read == 0) throw new IOException("the server closed the connection");
            got += read;
            var head = _answer.AsSpan(0, got).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && Connection.IsWhole(_answer.AsSpan(0, got), head)) return _answer[9] == (byte)'2';
        }
    }
}
