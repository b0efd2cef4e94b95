using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>What came of a load.</summary>
/// <param name="PerSecond">Deliveries that were accepted, a second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Refused">Answers that were no 2xx.</param>
internal sealed record LoadResult(double PerSecond, double Median, double P99, int Refused);

/// <summary>
/// So many connections, each with one delivery on its way at a time, one right after the other. It speaks HTTP itself, on the bare socket: it shares two cores
/// with the server, and an HTTP client would take as much of them.
/// </summary>
internal sealed class Load(Payloads payloads, IPEndPoint server, string path)
{
    public const int Connections = 64;

    public async Task<LoadResult> RunAsync(TimeSpan warmUp, TimeSpan length, CancellationToken cancellationToken)
    {
        var start = Clock.Time.GetTimestamp();
        var senders = Enumerable.Range(0, Connections).Select(n => new Sender(payloads, n, path)).ToList();
        await Task.WhenAll(senders.Select(sender => Task.Run(() => sender.RunAsync(server, start, warmUp, warmUp + length, cancellationToken), cancellationToken)));
        var times = senders.SelectMany(s => s.Times).Order().ToArray();
        return new LoadResult(
            times.Length / length.TotalSeconds, At(times, 0.5), At(times, 0.99), senders.Sum(s => s.Refused));
    }

    public static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}

internal sealed class Sender(Payloads payloads, int number, string path)
{
    private readonly byte[] _answer = new byte[8192];

    public List<double> Times { get; } = [];

    public int Refused { get; private set; }

    public async Task RunAsync(IPEndPoint server, long start, TimeSpan from, TimeSpan to, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        for (var i = number; Clock.Time.GetElapsedTime(start) < to; i += 7)
        {
            var payload = payloads.All[i % payloads.All.Count];
            var since = Clock.Time.GetTimestamp();
            var isAccepted = await SendAsync(socket, payload, cancellationToken);
            if (Clock.Time.GetElapsedTime(start) is var now && (now < from || now > to)) continue;
            if (isAccepted) Times.Add(Clock.Time.GetElapsedTime(since).TotalMilliseconds);
            else Refused++;
        }
    }

    private async Task<bool> SendAsync(Socket socket, Payload payload, CancellationToken cancellationToken)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {payload.Body.Length}\r\n"
            + $"X-GitHub-Delivery: {DeliveryGuids.Next()}\r\nX-GitHub-Event: {payload.Event}\r\nX-Hub-Signature-256: {payload.Signature}\r\n\r\n");
        var whole = System.Buffers.ArrayPool<byte>.Shared.Rent(head.Length + payload.Body.Length);
        head.CopyTo(whole, 0);
        payload.Body.CopyTo(whole, head.Length);
        var left = whole.AsMemory(0, head.Length + payload.Body.Length);
        while (left.Length > 0) left = left[await socket.SendAsync(left, SocketFlags.None, cancellationToken)..];
        System.Buffers.ArrayPool<byte>.Shared.Return(whole);
        return await AnswerAsync(socket, cancellationToken);
    }

    /// <summary>An answer is its head and as many bytes as that tells, or none, or chunks up to the last one.</summary>
    private async Task<bool> AnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        var got = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(_answer.AsMemory(got), SocketFlags.None, cancellationToken);
            if (read == 0) throw new IOException("the server closed the connection");
            got += read;
            var text = Encoding.ASCII.GetString(_answer, 0, got);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && IsWhole(text, head)) return text[9] == '2';
        }
    }

    private static bool IsWhole(string text, int head)
    {
        const string Length = "content-length:";
        if (text.IndexOf(Length, 0, head, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            var end = text.IndexOf('\r', at);
            return text.Length >= head + 4 + int.Parse(text.AsSpan(at + Length.Length, end - at - Length.Length));
        }

        return text.IndexOf("chunked", 0, head, StringComparison.OrdinalIgnoreCase) < 0 || text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    }
}
