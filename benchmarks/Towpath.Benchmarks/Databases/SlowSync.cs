namespace Towpath.Benchmarks.Databases;

/// <summary>
/// SQLite waits for its disk inside fsync, and nothing in SQLite can make that slower. A small library that is loaded before the C
/// library does: whoever syncs a file waits 2 ms more, ours and the peer alike.
/// </summary>
internal static class SlowSync
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <time.h>
        static void wait_for_disk(void) { struct timespec t = { 0, 2000000 }; nanosleep(&t, 0); }
        int fsync(int fd) { static int (*f)(int); if (!f) f = dlsym(RTLD_NEXT, "fsync"); wait_for_disk(); return f(fd); }
        int fdatasync(int fd) { static int (*f)(int); if (!f) f = dlsym(RTLD_NEXT, "fdatasync"); wait_for_disk(); return f(fd); }
        """;

    /// <returns>The library's path; null where there is no C compiler.</returns>
    public static string? Build(string folder)
    {
        var (source, library) = (Path.Combine(folder, "slowsync.c"), Path.Combine(folder, "slowsync.so"));
        File.WriteAllText(source, Source);
        return Machine.Output("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]) is null ? null : library;
    }
}
