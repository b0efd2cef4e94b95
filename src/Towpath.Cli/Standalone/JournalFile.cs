using System.Text;
using System.Text.Json;
using Towpath.Core;

namespace Towpath.Cli.Standalone;

/// <summary>
/// An append-only file of JSON lines under a lock of the operating system, which ends with the process however that ends. A line counts
/// when its newline is there: what a kill left half-written is cut off when the file is next opened.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _file;

    private JournalFile(FileStream held, FileStream file)
    {
        (_lock, _file) = (held, file);
        Last = CutAndReadLast();
    }

    /// <summary>The newest line; null in an empty journal.</summary>
    public JournalLine? Last { get; private set; }

    public string Path => _file.Name;

    public static string PathOf(string folder, EnvironmentKey key) => System.IO.Path.Combine(folder, $"{key.Application}.{key.Environment}.jsonl");

    /// <summary>Null when another process holds the journal.</summary>
    /// <exception cref="InvalidDataException">A whole line is not one of ours.</exception>
    public static JournalFile? TryOpen(string folder, EnvironmentKey key)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(folder, key);
        FileStream held;
        try
        {
            held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException) when (File.Exists(path + ".lock"))
        {
            return null;
        }

        try
        {
            return new JournalFile(held, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The newest line of a journal that this process does not change; null where there is none.</summary>
    public static JournalLine? ReadLast(string folder, EnvironmentKey key)
    {
        var path = PathOf(folder, key);
        if (!File.Exists(path)) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        return Parse(LastWholeLine(file, out _), path);
    }

    /// <summary>Durable when this returns.</summary>
    public void Append(JournalLine line)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, JournalJson.Default.JournalLine) + "\n");
        _file.Write(bytes);
        _file.Flush(flushToDisk: true);
        Last = line;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private JournalLine? CutAndReadLast()
    {
        var text = LastWholeLine(_file, out var end);
        if (end < _file.Length)
        {
            _file.SetLength(end);
            _file.Flush(flushToDisk: true);
        }

        _file.Seek(0, SeekOrigin.End);
        return Parse(text, _file.Name);
    }

    private static JournalLine? Parse(string? text, string path)
    {
        if (text is null) return null;
        try
        {
            return JsonSerializer.Deserialize(text, JournalJson.Default.JournalLine);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the last line of {path} is not one that Towpath wrote ({exception.Message}); restore the file, or move it away to begin anew without a known good version", exception);
        }
    }

    /// <summary>Reads from the end, in growing pieces, so that a long history costs nothing.</summary>
    private static string? LastWholeLine(FileStream file, out long end)
    {
        for (var size = 1L << 16; ; size *= 8)
        {
            var start = Math.Max(0, file.Length - size);
            var bytes = new byte[checked((int)(file.Length - start))];
            file.Seek(start, SeekOrigin.Begin);
            file.ReadExactly(bytes);
            var last = Array.LastIndexOf(bytes, (byte)'\n');
            var before = last <= 0 ? -1 : Array.LastIndexOf(bytes, (byte)'\n', last - 1);
            if (start > 0 && (last < 0 || before < 0)) continue;
            end = last < 0 ? 0 : start + last + 1;
            return last < 0 ? null : Encoding.UTF8.GetString(bytes, before + 1, last - before - 1);
        }
    }
}
