using Towpath.Cli.CommandLine;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Follows a deployment to its end and says what happens on stderr, one line for each change.</summary>
internal sealed class Waiting(ApiClient api, Call call)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(400);

    /// <summary>The deployment when it had ended, or as it was when the time was over.</summary>
    public async Task<Answer<DeploymentView>> UntilEndedAsync(DeploymentView deployment, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var end = call.Time.GetUtcNow() + timeout;
        string? said = null;
        var failures = 0;
        while (true)
        {
            if (Line(deployment) is var line && !string.Equals(line, said, StringComparison.Ordinal)) call.Terminal.Progress(said = line);
            if (deployment.Phase.IsTerminal() || deployment.Phase == Phase.NeedsAttention) return new Answer<DeploymentView>(deployment, null);
            if (call.Time.GetUtcNow() >= end)
            {
                call.Terminal.Warn($"gave up waiting after {timeout.TotalSeconds:0} seconds; the deployment itself goes on");
                return new Answer<DeploymentView>(deployment, null);
            }

            await Task.Delay(Between, call.Time, cancellationToken);
            var read = await api.GetAsync($"deployments/{deployment.Id}", ApiJson.Default.DeploymentView, cancellationToken);
            if (read.Is(out var newer, out var failure)) (deployment, failures) = (newer, 0);
            // A control plane that restarts is no reason to give up; one that says no is.
            else if (failure.ExitCode != ExitCodes.Technical || ++failures > 25) return read;
        }
    }

    private static string Line(DeploymentView deployment) => deployment switch
    {
        { Phase: Phase.Waiting } => $"{deployment.Key()} {deployment.Version}: waits for {deployment.WaitsFor}",
        { WaitsFor: { } what } => $"{deployment.Key()} {deployment.Version}: {Words.Of(deployment.Phase)}, waits for {what}",
        _ when Current(deployment) is { } step => $"{deployment.Key()} {deployment.Version}: {Words.Of(deployment.Phase)}, step {step.Name}{(step.Message is { } m ? $": {m}" : "")}",
        _ => $"{deployment.Key()} {deployment.Version}: {Words.Of(deployment.Phase)}",
    };

    private static StepView? Current(DeploymentView deployment) =>
        deployment.Steps.Concat(deployment.RollbackSteps).FirstOrDefault(s => s.Status == StepStatus.Running);
}
