using Towpath.Server.Api;
using Towpath.Server.Dashboard.Deployments;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Board;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Applications;

/// <summary>One application, as one reader sees it.</summary>
public sealed record ApplicationModel
{
    public required ApplicationView View { get; init; }
    public required PhaseFilter Filter { get; init; }
    public required IReadOnlyList<DeploymentSummary> Deployments { get; init; }

    /// <summary>Whether this reader may promote, lock and so on.</summary>
    public required bool MayDeploy { get; init; }
    public RefusedForm? Refused { get; init; }
    public string? Done { get; init; }
}

/// <summary>Puts the page together from the same use cases that the API has.</summary>
public sealed class ApplicationModels(ShowApplications show, ListDeployments list, Access access)
{
    private const int Newest = 20;

    public async Task<Answer<ApplicationModel>> OfAsync(Caller caller, string name, IQueryCollection query, CancellationToken cancellationToken)
    {
        var answer = await show.OneAsync(caller, name, cancellationToken);
        if (answer.Value is not { } view) return answer.Refusal!;
        var filter = PhaseFilter.Of(query, view.Name);
        var deployments = await list.HandleAsync(caller, filter.Query(Newest), cancellationToken);
        return new ApplicationModel
        {
            View = view,
            Filter = filter,
            Deployments = deployments.Value?.Deployments ?? [],
            MayDeploy = (await access.OfAsync(caller, cancellationToken)).May(Permission.Deploy, view.Name),
        };
    }
}
