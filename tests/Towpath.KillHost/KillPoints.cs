using System.Diagnostics;

namespace Towpath.KillHost;

/// <summary>Counts the points before and after each durable change of one deployment, and kills the process with SIGKILL at one of them.</summary>
internal sealed class KillPoints(int? killAt)
{
    private int _count = -1;

    /// <summary>From the first write of the deployment in question to its last.</summary>
    public bool Armed { get; set; }

    public int Count => Volatile.Read(ref _count) + 1;

    public async Task<T> AroundAsync<T>(Func<Task<T>> change)
    {
        Pass();
        var result = await change();
        Pass();
        return result;
    }

    private void Pass()
    {
        if (!Armed) return;
        if (Interlocked.Increment(ref _count) != killAt) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal takes a moment; nothing may happen in it.
        using var never = new ManualResetEventSlim();
        never.Wait();
    }
}
