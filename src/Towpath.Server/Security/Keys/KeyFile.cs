using System.Security.Cryptography;

namespace Towpath.Server.Security.Keys;

/// <summary>A random key in a file of the data folder that only its owner reads: outside the database, so that a copy of the database gives nothing away.</summary>
public static class KeyFile
{
    private const int Bytes = 32;

    /// <summary>Reads the key, and makes it first where there is none. Of several processes that make it at once, one wins and all read the same.</summary>
    /// <exception cref="InvalidDataException">The file is not a key.</exception>
    public static byte[] ReadOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        var key = File.ReadAllBytes(path);
        return key.Length == Bytes
            ? key
            : throw new InvalidDataException($"{path} is not a key of {Bytes} bytes. Restore it from a backup; without it, remove it, and a new one is made.");
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Bytes));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }
}
