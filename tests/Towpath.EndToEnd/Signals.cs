using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Towpath.EndToEnd;

internal static partial class Signals
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    public static void Stop(this Process process) => Assert.Equal(0, Kill(process.Id, Terminate));

    /// <summary>As Ctrl-C does.</summary>
    public static void InterruptIt(this Process process) => Assert.Equal(0, Kill(process.Id, Interrupt));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
