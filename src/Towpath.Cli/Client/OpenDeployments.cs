using Towpath.Cli.Output;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Finds the one deployment of an environment that a decision is about.</summary>
internal sealed class OpenDeployments(ApiClient api)
{
    /// <param name="which">Where to look, and what narrows it.</param>
    /// <param name="fits">Which of the open ones can be decided on so.</param>
    /// <param name="what">What is missing when there is none, such as <c>waits for approval</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Answer<DeploymentSummary>> FindAsync(Which which, Func<DeploymentSummary, bool> fits, string what, CancellationToken cancellationToken)
    {
        var found = await api.GetAsync($"applications/{Uri.EscapeDataString(which.Application)}", ApiJson.Default.ApplicationView, cancellationToken);
        if (!found.Is(out var application, out var failure)) return new Answer<DeploymentSummary>(null, failure);
        if (application.Environments.FirstOrDefault(e => string.Equals(e.Name, which.Environment, StringComparison.Ordinal)) is not { } environment)
            return Wrong($"{which.Application} has no environment '{which.Environment}'", $"it has {string.Join(", ", application.Environments.Select(e => e.Name))}");
        DeploymentSummary[] open = [.. All(environment).Where(fits).Where(which.Fits)];
        return open switch
        {
        [var one] => new Answer<DeploymentSummary>(one, null),
        [] => Wrong($"nothing {what} on {which.Application}/{which.Environment}", $"`towpath status {which.Application}` shows what there is"),
            _ => Wrong(
                $"{open.Length} deployments on {which.Application}/{which.Environment} come into question: {string.Join(", ", open.Select(Named))}",
                "name one with --version or --deployment"),
        };
    }

    private static IEnumerable<DeploymentSummary> All(EnvironmentView environment) =>
        environment.Active is { } active ? environment.Waiting.Prepend(active) : environment.Waiting;

    private static string Named(DeploymentSummary d) => $"{d.Version} ({new DeploymentId(d.Id).Short})";

    private static Answer<DeploymentSummary> Wrong(string message, string whatToDo) =>
        new(null, new Failure(ExitCodes.Wrong, "no_such_deployment", message, whatToDo));
}

/// <summary>What a decision names.</summary>
internal sealed record Which(string Application, string Environment, string? Version, string? Deployment)
{
    public bool Fits(DeploymentSummary deployment) =>
        (Version is null || string.Equals(Version, deployment.Version, StringComparison.Ordinal))
        && (Deployment is null || deployment.Id.EndsWith(Deployment, StringComparison.OrdinalIgnoreCase));
}
