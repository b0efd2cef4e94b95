using Towpath.Core.Previews;

namespace Towpath.Core.Gates;

/// <summary>What a pull request's run built goes to the previews of that pull request and nowhere else: what is in it, nobody has merged yet.</summary>
public sealed class PullRequestGate : IGate
{
    public string Name => "pull_request";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ConfigurationChanged];

    public GateResult? Evaluate(GateInput input) => input.BuiltForPull is { } pull && !MayGo(pull, input.Key.Environment)
        ? GateEvaluator.Fact(Name, GateState.Closed, ("pull", pull.ToString()), ("environment", input.Key.Environment))
        : null;

    /// <param name="pull">The pull request that a build was made for; null where it was made for none.</param>
    /// <param name="environment">Where it is to go.</param>
    public static bool MayGo(long? pull, string environment) => pull is null || PreviewSlot.TryParse(environment)?.Pull == pull;

    /// <summary>Whether a result tree is closed for good, since the build was made for a pull request.</summary>
    public static bool IsClosed(GateResult result) => (result.Gate is "pull_request" && !result.IsOpen) || result.Children.Any(IsClosed);
}
