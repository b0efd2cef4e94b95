using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Server.Views;

/// <summary>Where people find what a deployment brought: as the spec says, else as whoever deployed it told, else where this node serves it.</summary>
public sealed class EnvironmentUrls(IEnumerable<ITargetHost> hosts)
{
    /// <param name="environment">By the configuration in force; null where that has none of this name.</param>
    /// <param name="deployment">The deployment.</param>
    public string? Of(EnvironmentSpec? environment, Deployment deployment) =>
        environment?.Url
        ?? deployment.Steps.Select(step => step.Outputs?["environment_url"] is JsonValue value && value.TryGetValue<string>(out var told) ? told : null).LastOrDefault(told => told is not null)
        ?? hosts.SelectMany(host => host.Hosted).FirstOrDefault(hosted => hosted.Key == deployment.Key)?.Url;
}
