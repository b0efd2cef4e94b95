using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Towpath.Local;

/// <summary>The few calls of the operating system that .NET has no door to.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int KillSignal = 9;
    private const int NoSpaceLeft = 28;

    /// <summary>Replaces <paramref name="to"/> atomically. Unlike <see cref="File.Move(string, string, bool)"/> it takes links to folders too.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameCore(from, to) != 0) throw Failed($"'{from}' could not be renamed to '{to}'");
    }

    /// <summary>Makes the names inside a folder durable.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void SyncFolder(string folder) => WithFolder(folder, FsyncCore);

    /// <summary>Makes everything on the folder's file system durable: one call for a tree of thousands of files.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void SyncTree(string folder) => WithFolder(folder, SyncfsCore);

    /// <summary>Ends every process of a group. Those that are gone already are no error.</summary>
    public static void KillGroup(int group)
    {
        if (group > 1) _ = KillCore(-group, KillSignal);
    }

    public static bool IsDiskFull(IOException exception) => exception.HResult == NoSpaceLeft;

    private static void WithFolder(string folder, Func<int, int> call)
    {
        var descriptor = OpenCore(folder, ReadOnly);
        if (descriptor < 0) throw Failed($"the folder '{folder}' could not be opened");
        try
        {
            if (call(descriptor) != 0) throw Failed($"the folder '{folder}' could not be written to disk");
        }
        finally
        {
            _ = CloseCore(descriptor);
        }
    }

    private static IOException Failed(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCore(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCore(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncCore(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncfsCore(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCore(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int process, int signal);
}
