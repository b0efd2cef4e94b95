using Towpath.Core.Deployments;

namespace Towpath.Local.Verifications.Http;

/// <summary>Asks a URL every second until the answer is right or the time is up.</summary>
internal sealed class HttpStep(LocalOptions options, TimeProvider time) : IStep, IDisposable
{
    public const string Name = "verify.http";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly HttpProbe _probe = new(new GuardedConnections(new AddressRules(options.Limits.PrivateAddresses)).CreateHandler(), time);

    public string Kind => Name;

    public StepPolicy Policy { get; } = new(HttpVerification.MaximumWithin + TimeSpan.FromMinutes(5));

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var expectation = HttpExpectation.Read(context.Inputs);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in expectation.Headers)
        {
            if (HeaderRules.Problems(name, value, options.Limits).FirstOrDefault() is { } problem) return new StepResult.Failed(problem);
            if (Look(value) is not { } found) return new StepResult.Failed($"the header '{name}' refers to {value}, which is not set here; set it for Towpath's process");
            if (found.Any(char.IsControl)) return new StepResult.Failed($"the header '{name}' refers to {value}, whose value holds control characters; set it without them");
            headers[name] = found;
        }

        return Answer(context, expectation, await _probe.AskAsync(expectation, headers, cancellationToken));
    }

    public void Dispose() => _probe.Dispose();

    private StepResult Answer(StepContext context, HttpExpectation expectation, ProbeAnswer answer)
    {
        switch (answer)
        {
            case ProbeAnswer.Right:
                context.Log($"{expectation.Url}: {expectation.Words}, as expected");
                return new StepResult.Done();
            case ProbeAnswer.Refused refused: return new StepResult.Failed(refused.Reason);
            case ProbeAnswer.Other other when time.GetUtcNow() - context.StartedAt < expectation.Within:
                return new StepResult.Running(RetryAfter, $"not yet: {other.Found}");
            case ProbeAnswer.Other other:
                return new StepResult.Failed($"{expectation.Url}: expected {expectation.Words} within {expectation.Within.TotalSeconds:0} s, found {other.Found}");
            default: throw new InvalidOperationException("an answer is right, other or refused");
        }
    }

    private static string? Look(string value) => HeaderRules.NameOf(value) is { } name ? Environment.GetEnvironmentVariable(name)?.Trim() : value;
}
