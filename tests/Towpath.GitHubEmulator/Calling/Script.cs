using System.Text;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>What is to happen to coming calls and webhooks. Change it while the emulator runs.</summary>
public sealed class Script(EmulatorOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedFault> _faults = [];
    private int _waiting;
    private int _held;

    /// <summary>Awaited when a call is about to be handled.</summary>
    public Func<Call, Task>? OnBefore { get; set; }

    /// <summary>Awaited when a call has had its effect and the client has not seen the answer yet.</summary>
    public Func<Call, Task>? OnAfter { get; set; }

    /// <summary>Added to every call before it is handled.</summary>
    public TimeSpan Latency { get; set; } = options.Latency;

    /// <summary>Whether GitHub's documented limits are enforced.</summary>
    public bool DocumentedLimits { get; set; } = options.DocumentedLimits;

    /// <summary>What installation tokens live.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many entries of a tree are listed; GitHub says 100,000.</summary>
    public int MostTreeEntries { get; set; } = 100_000;

    /// <summary>Who is logged in at the browser, and approves what the OAuth page asks.</summary>
    public string? Login { get; set; }

    /// <summary>How many calls a scripted delay keeps waiting now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How many calls a scripted delay has kept waiting until now, those that were given up among them.</summary>
    public int Held => Volatile.Read(ref _held);

    public WebhookScript Webhooks { get; } = new();

    public void Add(ScriptedFault fault)
    {
        lock (_lock) _faults.Add(fault);
    }

    /// <summary>Takes a fault back that lasts until somebody says so.</summary>
    public void Remove(ScriptedFault fault)
    {
        lock (_lock) _faults.Remove(fault);
    }

    public void Clear()
    {
        lock (_lock) _faults.Clear();
        OnBefore = OnAfter = null;
        Latency = options.Latency;
        DocumentedLimits = options.DocumentedLimits;
        TokenLifetime = TimeSpan.FromHours(1);
        MostTreeEntries = 100_000;
        Login = null;
        Webhooks.Clear();
    }

    internal async Task WaitAsync(ScriptedFault fault, TimeProvider time, CancellationToken gone)
    {
        Interlocked.Increment(ref _waiting);
        Interlocked.Increment(ref _held);
        try
        {
            await Task.Delay(fault.Delay, time, gone);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The first fault that this call meets; it is used up by one.</summary>
    internal ScriptedFault? Take(Call call)
    {
        lock (_lock)
        {
            foreach (var fault in _faults)
            {
                if (!IsFor(fault, call)) continue;
                if (fault.After > 0)
                {
                    fault.After--;
                    continue;
                }

                if (fault.Times > 0 && --fault.Times == 0) _faults.Remove(fault);
                return fault;
            }

            return null;
        }
    }

    private static bool IsFor(ScriptedFault fault, Call call) =>
        (fault.On == "*"
            || Wildcard.Matches(fault.On, $"{call.Http.Request.Method} {call.Http.Request.Path}")
            || (call.Route is not null && Wildcard.Matches(fault.On, call.Route.Name)))
        && (fault.Containing is null || Encoding.UTF8.GetString(call.Body.Span).Contains(fault.Containing, StringComparison.Ordinal));
}
