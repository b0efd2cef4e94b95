using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Towpath.Benchmarks.Nodes;

/// <summary>The parent's side of one node: a process of this program that ends with it.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private NodeProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public int Count { get; private set; }

    /// <summary>When the last one ended, in microseconds.</summary>
    public long Last { get; private set; }

    /// <summary>The node's processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static NodeProcess Start(string engine, string database, int slots, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["node", engine, database, slots.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        // Optimized code from the first call on: otherwise the runtime's own tiers, not the engines, are what short rounds measure.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>Sends a command and waits for its <c>ok</c>.</summary>
    /// <returns>What it said before.</returns>
    public async Task<IReadOnlyList<string>> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync(cancellationToken);
        List<string> said = [];
        try
        {
            while (await _answers.Reader.ReadAsync(cancellationToken) is not "ok" and var line) said.Add(line);
        }
        catch (ChannelClosedException e)
        {
            throw new InvalidOperationException($"the node ended before it answered '{command}'", e);
        }

        return said;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), Clock.Time);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["done", var count, var last])
                (Count, Last) = (int.Parse(count, CultureInfo.InvariantCulture), long.Parse(last, CultureInfo.InvariantCulture));
            else _answers.Writer.TryWrite(line);
        }

        _answers.Writer.TryComplete();
    }
}
