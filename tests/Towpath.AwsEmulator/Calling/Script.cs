namespace Towpath.AwsEmulator.Calling;

/// <summary>What is to happen to coming calls. Change it while the emulator runs.</summary>
public sealed class Script(EmulatorOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedFault> _faults = [];
    private readonly List<DenyRule> _denied = [];

    /// <summary>Awaited when a call is about to be handled.</summary>
    public Func<EmulatorCall, Task>? OnBefore { get; set; }

    /// <summary>Awaited when a call has had its effect and the client has not seen the answer yet.</summary>
    public Func<EmulatorCall, Task>? OnAfter { get; set; }

    /// <summary>Added to every call before it is handled.</summary>
    public TimeSpan Latency { get; set; } = options.Latency;

    /// <summary>Whether AWS's documented request limits are enforced.</summary>
    public bool DocumentedLimits { get; set; } = options.DocumentedLimits;

    /// <summary>Sessions really end this long after they were made, whatever they were promised; null: as promised.</summary>
    public TimeSpan? SessionLifetime { get; set; }

    public IReadOnlyList<DenyRule> Denied
    {
        get
        {
            lock (_lock) return _denied.Count == 0 ? [] : [.. _denied];
        }
    }

    public void Add(ScriptedFault fault)
    {
        lock (_lock) _faults.Add(fault);
    }

    /// <summary>Denies an action, such as <c>ecs:UpdateService</c>, to principals and on resources by pattern.</summary>
    public void Deny(string action, string principal = "*", string resource = "*")
    {
        lock (_lock) _denied.Add(new DenyRule(action, principal, resource));
    }

    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
            _denied.Clear();
        }

        OnBefore = OnAfter = null;
        Latency = options.Latency;
        DocumentedLimits = options.DocumentedLimits;
        SessionLifetime = null;
    }

    /// <summary>The first fault that this call meets; it is used up by one.</summary>
    internal ScriptedFault? Take(EmulatorCall call)
    {
        lock (_lock)
        {
            foreach (var fault in _faults)
            {
                if (!fault.IsFor(call)) continue;
                if (fault.After > 0)
                {
                    fault.After--;
                    continue;
                }

                if (--fault.Times <= 0) _faults.Remove(fault);
                return fault;
            }

            return null;
        }
    }
}

/// <summary>A refusal as a permission policy would give it.</summary>
public sealed record DenyRule(string Action, string Principal = "*", string Resource = "*");
