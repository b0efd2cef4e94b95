namespace Towpath.AwsEmulator.Lambda;

/// <summary>How functions behave: how long changes take, and what invocations answer.</summary>
public sealed class LambdaScript
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<string>> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InvocationAnswer> _answers = new(StringComparer.Ordinal);

    /// <summary>From CreateFunction to Active.</summary>
    public TimeSpan CreateTakes { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>From an update to Successful or Failed.</summary>
    public TimeSpan UpdateTakes { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The next update of a function ends in Failed for this reason.</summary>
    public void FailUpdate(string function, string reason)
    {
        lock (_gate)
        {
            if (!_failures.TryGetValue(function, out var reasons)) _failures[function] = reasons = new Queue<string>();
            reasons.Enqueue(reason);
        }
    }

    /// <summary>What invocations of a function answer; of one version only where <paramref name="version"/> is given.</summary>
    public void Answer(string function, InvocationAnswer answer, string? version = null)
    {
        lock (_gate) _answers[version is null ? function : $"{function}:{version}"] = answer;
    }

    internal string? NextFailure(string function)
    {
        lock (_gate) return _failures.TryGetValue(function, out var reasons) && reasons.TryDequeue(out var reason) ? reason : null;
    }

    internal InvocationAnswer AnswerOf(string function, string version)
    {
        lock (_gate)
        {
            return _answers.GetValueOrDefault($"{function}:{version}") ?? _answers.GetValueOrDefault(function) ?? new InvocationAnswer("null");
        }
    }
}

/// <summary>What an invocation answers: JSON, and for an error its kind (Unhandled or Handled).</summary>
public sealed record InvocationAnswer(string Payload, string? FunctionError = null);
