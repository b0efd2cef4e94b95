using System.Buffers;
using System.Text;
using Towpath.Core;

namespace Towpath.Local.Verifications.Commands;

/// <summary>Turns what a program writes into log lines: plain, each bounded, and so many. What exceeds that is read and dropped, so that the program never waits for us.</summary>
internal sealed class LogLines(Action<string> log)
{
    private const int MaximumLine = 2000;
    private const int MaximumLines = 1000;
    private const int LastLines = 5;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = [];
    private int _count;

    public string Last
    {
        get
        {
            lock (_lock) return string.Join(" / ", _last);
        }
    }

    public async Task ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false));
        var buffer = ArrayPool<char>.Shared.Rent(4096);
        var line = new StringBuilder();
        try
        {
            int read;
            while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0) Take(buffer.AsSpan(0, read), line);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
            if (line.Length > 0) Add(line);
        }
    }

    private void Take(ReadOnlySpan<char> text, StringBuilder line)
    {
        foreach (var c in text)
        {
            if (c == '\n') Add(line);
            else if (line.Length <= MaximumLine || char.IsHighSurrogate(line[^1])) line.Append(c);
        }
    }

    private void Add(StringBuilder line)
    {
        var text = PlainText.Of(line.ToString(), MaximumLine);
        line.Clear();
        if (text.Length == 0) return;
        lock (_lock)
        {
            _last.Enqueue(text);
            if (_last.Count > LastLines) _last.Dequeue();
            if (++_count <= MaximumLines) log(text);
            else if (_count == MaximumLines + 1) log($"more than {MaximumLines} lines: the rest is not kept");
        }
    }
}
