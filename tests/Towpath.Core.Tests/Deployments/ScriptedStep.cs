using Towpath.Core.Deployments;

namespace Towpath.Core.Tests.Deployments;

internal delegate Task<StepResult> StepAction(StepContext context, CancellationToken cancellationToken);

/// <summary>A step that does what the test says, one action for each run; when they are used up, it is done.</summary>
internal sealed class ScriptedStep(string kind, StepPolicy policy, params IReadOnlyList<StepAction> actions) : IStep
{
    public string Kind => kind;

    public StepPolicy Policy => policy;

    public int Runs { get; private set; }

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var run = Runs++;
        return run < actions.Count ? actions[run](context, cancellationToken) : Task.FromResult<StepResult>(new StepResult.Done());
    }
}
