using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>What gates found, with the versions of what they looked at, so that a commit can expect that nothing changed in between.</summary>
/// <param name="Gates">The result tree.</param>
/// <param name="Input">What they looked at; null where the configuration no longer has the environment.</param>
/// <param name="State">The environment when it was read.</param>
/// <param name="Configuration">The configuration that the policy came from.</param>
public sealed record GateReading(GateResult Gates, GateInput? Input, EnvironmentState State, Configuration Configuration)
{
    public string PolicyRevision => Input?.PolicyRevision ?? "";

    public EnvironmentSpec? Environment => Input?.Environment;

    /// <summary>Makes a commit fail when a lock, a suspension or the configuration changed after the reading.</summary>
    public IReadOnlyList<Change> Expectations =>
        [new Change.ExpectGateVersion(State.Key, State.GateVersion), new Change.ExpectConfiguration(Configuration.Revision)];
}

/// <summary>Reads everything that gates look at, and evaluates them.</summary>
public sealed class GateInputs(IStore store, Configurations configurations, TimeProvider time, IEnumerable<ICommitChecks>? checks = null)
{
    private readonly ICommitChecks? _checks = checks?.FirstOrDefault();

    public async Task<GateReading> ReadAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var state = await store.Environments.GetAsync(deployment.Key, cancellationToken);
        return await ReadAsync(deployment, configuration, state, CheckEffort.Ask, cancellationToken);
    }

    /// <summary>By the configuration that this node read last: what follows has to expect that it is still in force (<see cref="GateReading.Expectations"/>), and to be done again where it is not.</summary>
    public async Task<GateReading> PresumeAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var configuration = await configurations.PresumedAsync(cancellationToken);
        var state = await store.Environments.GetAsync(deployment.Key, cancellationToken);
        return await ReadAsync(deployment, configuration, state, CheckEffort.Ask, cancellationToken);
    }

    /// <param name="deployment">Whose gates.</param>
    /// <param name="configuration">The configuration in force.</param>
    /// <param name="state">The environment, read after the configuration.</param>
    /// <param name="effort">Whether GitHub may be asked for checks that nobody told of.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<GateReading> ReadAsync(
        Deployment deployment, Configuration configuration, EnvironmentState state, CheckEffort effort, CancellationToken cancellationToken)
    {
        if (configuration.FindApplication(deployment.Key.Application) is not { } application || application.FindEnvironment(deployment.Key.Environment) is not { } environment)
            return new GateReading(GateEvaluator.NoSuchEnvironment(deployment.Key), null, state, configuration);
        var input = new GateInput
        {
            Now = time.GetUtcNow(),
            Key = deployment.Key,
            Environment = environment,
            PolicyRevision = Core.Environments.PolicyRevision.Of(environment),
            Organization = configuration.Organization,
            Digest = deployment.Digest,
            Origin = deployment.Origin,
            RequestedBy = deployment.RequestedBy,
            Author = deployment.Author,
            Hands = deployment.Hands ?? [],
            BuiltForPull = deployment.BuiltForPull,
            Lock = state.Lock,
            Pin = state.Pin,
            Suspension = state.Suspension,
            Approvals = await ApprovalsAsync(environment, deployment, cancellationToken),
            Checks = await ChecksAsync(application, environment, deployment.Commit, effort, cancellationToken),
            Successes = await SuccessesAsync(environment, deployment.Key.Application, deployment.Digest, cancellationToken),
        };
        return new GateReading(GateEvaluator.Evaluate(input), input, state, configuration);
    }

    private async Task<CommitChecks?> ChecksAsync(ApplicationSpec application, EnvironmentSpec environment, string commit, CheckEffort effort, CancellationToken cancellationToken) =>
        environment.RequiredChecks is not { } required || _checks is null ? null : await _checks.ReadAsync(application, required, commit, effort, cancellationToken);

    private async Task<IReadOnlyList<Approval>> ApprovalsAsync(EnvironmentSpec environment, Deployment deployment, CancellationToken cancellationToken) =>
        environment.Approvals.Count == 0 ? [] : await store.Deployments.ApprovalsAsync(deployment.Id, cancellationToken);

    private async Task<IReadOnlyDictionary<string, DateTimeOffset>> SuccessesAsync(
        EnvironmentSpec environment, string application, Digest digest, CancellationToken cancellationToken) =>
        environment.After.Count == 0
            ? new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal)
            : await store.Deployments.SuccessesAsync(application, digest, cancellationToken);
}
