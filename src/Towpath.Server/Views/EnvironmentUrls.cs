using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.GitHub.Target;

namespace Towpath.Server.Views;

/// <summary>Where people find what a deployment brought: as the spec says, else as whoever deployed it told, else where this node serves it.</summary>
public sealed class EnvironmentUrls(IEnumerable<ITargetHost> hosts)
{
    /// <param name="key">Which.</param>
    /// <param name="environment">By the configuration in force; null where that has none of this name.</param>
    /// <param name="running">The deployment that brought what runs; null where nothing does, or where <see cref="AsksDeployment"/> says that it need not be known.</param>
    /// <param name="isRunning">Whether anything runs: what a spec says of a place where nothing is leads nowhere.</param>
    public string? Of(EnvironmentKey key, EnvironmentSpec? environment, Deployment? running, bool isRunning) =>
        running is not null ? Of(environment, running) : (isRunning ? environment?.Url : null) ?? Hosted(key)?.Url;

    /// <summary>Whether only the deployment can tell.</summary>
    public bool AsksDeployment(EnvironmentKey key, EnvironmentSpec? environment) => environment is { Url: null, Target.Kind: GitHubTargetSettings.Kind } && Hosted(key) is null;

    /// <summary>What this node serves there; null where it does not.</summary>
    public HostedEnvironment? Hosted(EnvironmentKey key) => hosts.SelectMany(host => host.Hosted).FirstOrDefault(hosted => hosted.Key == key);

    /// <param name="environment">By the configuration in force; null where that has none of this name.</param>
    /// <param name="deployment">The deployment.</param>
    public string? Of(EnvironmentSpec? environment, Deployment deployment) =>
        environment?.Url
        ?? deployment.Steps.Select(step => step.Outputs?["environment_url"] is JsonValue value && value.TryGetValue<string>(out var told) ? told : null).LastOrDefault(told => told is not null)
        ?? Hosted(deployment.Key)?.Url;
}
