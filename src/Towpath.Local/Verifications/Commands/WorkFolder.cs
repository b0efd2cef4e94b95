namespace Towpath.Local.Verifications.Commands;

/// <summary>The folder that a command runs in: nothing but its files, and gone afterwards.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private WorkFolder(string path) => Path = path;

    public string Path { get; }

    /// <param name="data">Where this process keeps its files.</param>
    /// <param name="name">The same for each attempt; what an earlier one left is removed.</param>
    /// <param name="inputs">The files.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static WorkFolder Create(string data, string name, CommandInputs inputs)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(data), "commands", name);
        Remove(path);
        Directory.CreateDirectory(path, Private);
        var folder = new WorkFolder(path);
        try
        {
            foreach (var (file, text) in inputs.Files) folder.Write(file, text, inputs.Run[0]);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            Remove(Path);
        }
        catch (IOException)
        {
            // What is just being ended may have written a last file in between.
            Remove(Path);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    private void Write(string name, string text, string program)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, Private);
        File.WriteAllText(path, text);
        if (System.IO.Path.GetFullPath(program, Path) == path) File.SetUnixFileMode(path, Private);
    }
}
