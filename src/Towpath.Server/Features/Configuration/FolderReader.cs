using Towpath.Core.Applications;

namespace Towpath.Server.Features.Configuration;

/// <summary>Reads the configuration folder within limits, and never follows a link out of it.</summary>
internal sealed class FolderReader(string folder)
{
    private const int MostFiles = 5000;
    private const long LargestFile = 1024 * 1024;
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<SpecError> _problems = [];
    private readonly string? _root = RealPaths.Of(folder);
    private long _bytes;

    public static FolderReading Read(string folder)
    {
        if (!Directory.Exists(folder)) return FolderReading.Failed(".", $"The configuration folder '{folder}' does not exist. Create it with organization.yaml and apps/, or name another.");
        try
        {
            return new FolderReader(folder).Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return FolderReading.Failed(".", $"The configuration folder cannot be read: {exception.Message}");
        }
    }

    private FolderReading Read()
    {
        foreach (var path in Specs()) Add(path);
        var texts = _files.ToDictionary(file => file.Key, file => ConfigurationText.Of(file.Value) ?? "", StringComparer.Ordinal);
        foreach (var path in ConfigurationFolder.BroughtAlong(texts))
            if (File.Exists(Path.Combine(folder, path))) Add(path);
        return new FolderReading(_files, _problems);
    }

    private List<string> Specs()
    {
        var apps = Path.Combine(folder, ConfigurationFolder.Applications);
        var inApps = Directory.Exists(apps) ? Directory.EnumerateFiles(apps).Select(path => ConfigurationFolder.Applications + Path.GetFileName(path)) : [];
        return Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Concat(inApps)
            .Where(ConfigurationFolder.IsSpec).Order(StringComparer.Ordinal).Take(MostFiles + 1).ToList();
    }

    private void Add(string path)
    {
        if (_files.Count >= MostFiles) Refuse(path, $"There are more than {MostFiles} files. Take some out.");
        else if (RealPath(path) is not { } real) Refuse(path, "It is a symbolic link that leads out of the configuration folder. Put the file itself there.");
        else if (ReadWithin(path, real) is { } bytes) Keep(path, bytes);
    }

    private byte[]? ReadWithin(string path, string real)
    {
        using var stream = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > LargestFile || _bytes + stream.Length > MostBytes)
        {
            Refuse(path, $"It is too large: a file may have {LargestFile} bytes, all together {MostBytes}.");
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Keep(string path, byte[] bytes)
    {
        if (ConfigurationText.Of(bytes) is null)
        {
            Refuse(path, "It is not UTF-8 text. Save it as UTF-8.");
            return;
        }

        _bytes += bytes.Length;
        _files[path] = bytes;
    }

    /// <summary>The file with every link on the way followed; null where that leaves the folder. The folder itself may be reached by links.</summary>
    private string? RealPath(string path) =>
        _root is not null && RealPaths.Of(path, _root) is { } real && RealPaths.IsWithin(real, _root) ? real : null;

    private void Refuse(string path, string message) => _problems.Add(new SpecError(path, 1, 1, "unreadable", message));
}
