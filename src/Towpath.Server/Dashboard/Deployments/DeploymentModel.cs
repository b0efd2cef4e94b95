using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>One deployment with its surroundings, as one reader sees it.</summary>
public sealed record DeploymentModel
{
    public required DeploymentView View { get; init; }

    /// <summary>The environment that it is for, as it is now.</summary>
    public required EnvironmentView Environment { get; init; }
    public required Abilities Can { get; init; }
    public required LogWindow Log { get; init; }

    /// <summary>The environment's newest deployments, failed ones included.</summary>
    public required IReadOnlyList<DeploymentSummary> History { get; init; }

    /// <summary>A form that was refused.</summary>
    public RefusedForm? Refused { get; init; }

    /// <summary>A form that was accepted.</summary>
    public string? Done { get; init; }

    /// <summary>Versions that succeeded here and do not run now, newest first.</summary>
    public IReadOnlyList<string> Earlier =>
        [.. History.Where(d => d.Phase == Phase.Succeeded && d.Digest != (Environment.Running?.Digest ?? default(Digest))).Select(d => d.Version).Distinct(StringComparer.Ordinal)];
}

/// <summary>Puts the page together from the same use cases that the API has.</summary>
public sealed class DeploymentModels(ShowDeployment show, ListDeployments list, EnvironmentViews environments, AbilitiesOf abilities, LogWindows logs)
{
    private const int HistoryLength = 10;

    public async Task<Answer<DeploymentModel>> OfAsync(Caller caller, string id, long? logFrom, CancellationToken cancellationToken)
    {
        var answer = await show.HandleAsync(caller, id, cancellationToken);
        if (answer.Value is not { } view) return answer.Refusal!;
        var history = await list.HandleAsync(caller, new DeploymentQuery(view.Application, view.Environment, Limit: HistoryLength), cancellationToken);
        return new DeploymentModel
        {
            View = view,
            Environment = await environments.ViewAsync(new EnvironmentKey(view.Application, view.Environment), cancellationToken),
            Can = await abilities.Async(caller, view, cancellationToken),
            Log = await logs.ReadAsync(new DeploymentId(view.Id), logFrom, cancellationToken),
            History = history.Value?.Deployments ?? [],
        };
    }
}
