namespace Towpath.Engine.Storage.Sqlite;

/// <summary>
/// Only one process may use the file. The operating system's lock on an open handle says so, never a file's existence: it ends with
/// the process, however that ends, and the lock file may stay.
/// </summary>
internal sealed class SqliteFileLock : IDisposable
{
    private readonly FileStream _handle;

    private SqliteFileLock(FileStream handle) => _handle = handle;

    /// <exception cref="StoreRefusedException">Another process has it, or the folder cannot be written.</exception>
    public static SqliteFileLock Take(string database)
    {
        var path = database + ".lock";
        try
        {
            if (Path.GetDirectoryName(database) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            return new SqliteFileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreRefusedException($"The database {database} cannot be used: {path} cannot be written. Give this user write access to the folder, or choose another database.", e);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StoreRefusedException(
                $"The database {database} is in use by another towpath process, which holds {path}. Stop that process first, or choose another database; for several processes at once use PostgreSQL.", e);
        }
        catch (IOException e)
        {
            throw new StoreRefusedException($"The database {database} cannot be used: {e.Message} Choose a folder that exists and can be written.", e);
        }
    }

    public void Dispose() => _handle.Dispose();
}
