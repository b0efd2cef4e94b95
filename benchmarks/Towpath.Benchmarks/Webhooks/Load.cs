using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>What came of a load.</summary>
/// <param name="PerSecond">Deliveries that were accepted, a second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Refused">Answers that were no 2xx, by their status.</param>
/// <param name="ServerMicroseconds">Processor time of the server's process for each accepted delivery, kernel's part included.</param>
/// <param name="ClientMicroseconds">The client's.</param>
internal sealed record LoadResult(double PerSecond, double Median, double P99, IReadOnlyDictionary<string, int> Refused, double ServerMicroseconds, double ClientMicroseconds)
{
    public string Refusals => Refused.Count == 0 ? "0" : string.Join('+', Refused.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value}×{r.Key}")));
}

/// <summary>
/// So many connections, each with one delivery on its way at a time, one right after the other. One thread serves them all and speaks HTTP itself, on bare
/// sockets: it shares two cores with the server, and an HTTP client would take as much of them. Every answer is read to its end.
/// </summary>
internal sealed class Load(Payloads payloads, IPEndPoint server, string path)
{
    public const int Many = 64;

    private readonly IReadOnlyList<PreparedRequest> _requests = [.. payloads.All.Select(payload => new PreparedRequest(payload, path))];

    /// <param name="warmUp">Sent before anything counts.</param>
    /// <param name="length">What counts.</param>
    /// <param name="processorTime">Of the server's process, up to now.</param>
    public Task<LoadResult> RunAsync(TimeSpan warmUp, TimeSpan length, Func<TimeSpan> processorTime, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(warmUp, length, processorTime, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    private LoadResult Run(TimeSpan warmUp, TimeSpan length, Func<TimeSpan> processorTime, CancellationToken cancellationToken)
    {
        using var connections = new Connections([.. Enumerable.Range(0, Many).Select(n => new Connection(server, _requests, n))]);
        connections.Turn(warmUp, null, cancellationToken);
        var (answers, before, own) = (new Answers(), processorTime(), Environment.CpuUsage.TotalTime);
        connections.Turn(length, answers, cancellationToken);
        var (took, ownTook) = (processorTime() - before, Environment.CpuUsage.TotalTime - own);
        connections.Finish(cancellationToken);
        var times = answers.Times.Order().ToArray();
        return new LoadResult(
            times.Length / length.TotalSeconds, At(times, 0.5), At(times, 0.99), answers.Refused, took.TotalMicroseconds / times.Length, ownTook.TotalMicroseconds / times.Length);
    }
}

/// <summary>Connections that one thread serves, as they become ready.</summary>
internal sealed class Connections(IReadOnlyList<Connection> all) : IDisposable
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Socket, Connection> _bySocket = all.ToDictionary(c => c.Socket);
    private readonly HashSet<Connection> _waiting = [];
    private readonly List<Socket> _read = [], _write = [];

    /// <summary>Sends for so long; what is under way then, the next turn gets the answer of.</summary>
    public void Turn(TimeSpan length, Answers? answers, CancellationToken cancellationToken)
    {
        foreach (var connection in all.Where(_waiting.Add)) connection.Send();
        var start = Clock.Time.GetTimestamp();
        while (Clock.Time.GetElapsedTime(start) < length) Serve(connection => Answered(connection, answers), cancellationToken);
    }

    /// <summary>What is under way is answered, and does not count.</summary>
    public void Finish(CancellationToken cancellationToken)
    {
        while (_waiting.Count > 0) Serve(connection => _waiting.Remove(connection), cancellationToken);
    }

    public void Dispose()
    {
        foreach (var connection in all) connection.Dispose();
    }

    private static void Answered(Connection connection, Answers? answers)
    {
        answers?.Add(connection);
        connection.Send();
    }

    private void Serve(Action<Connection> answered, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _read.Clear();
        _write.Clear();
        foreach (var connection in _waiting) (connection.IsSending ? _write : _read).Add(connection.Socket);
        Socket.Select(_read, _write, null, LongestAnswer);
        if (_read.Count + _write.Count == 0) throw new TimeoutException($"nothing was answered for {LongestAnswer}");
        foreach (var socket in _write) _bySocket[socket].GoOn();
        foreach (var socket in _read)
            if (_bySocket[socket].Receive()) answered(_bySocket[socket]);
    }
}

/// <summary>The answers that count.</summary>
internal sealed class Answers
{
    public List<double> Times { get; } = [];

    public SortedDictionary<string, int> Refused { get; } = new(StringComparer.Ordinal);

    public void Add(Connection connection)
    {
        if (connection.Status[0] == '2') Times.Add(connection.Took.TotalMilliseconds);
        else Refused[connection.Status] = Refused.GetValueOrDefault(connection.Status) + 1;
    }
}
