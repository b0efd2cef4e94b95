using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;

namespace Towpath.Aws.Ecs;

/// <summary>The names of clusters, services and rules with everything looked up, in one question for all of them.</summary>
internal sealed class EcsPlaces(ParameterLookup parameters)
{
    /// <returns>The settings with plain values, and a sentence for each parameter that is missing or is a secret.</returns>
    public async Task<(EcsSettings Settings, IReadOnlyList<string> Missing)> ResolveAsync(AwsScope scope, EcsSettings settings, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["cluster"] = settings.Cluster };
        for (var i = 0; i < settings.Services.Count; i++)
        {
            values[ServiceKey(settings, i)] = settings.Services[i].Service;
            if (settings.Services[i].Cluster is { } cluster) values[$"services[{i}].cluster"] = cluster;
        }

        for (var i = 0; i < settings.ScheduledTasks.Count; i++) values[$"scheduled_tasks[{i}].rule"] = settings.ScheduledTasks[i].Rule;
        var found = await parameters.ResolveAsync(scope, values, settings.VersionParameter, cancellationToken);
        string Of(string key, string written) => found.Values.GetValueOrDefault(key) ?? written;
        var resolved = settings with
        {
            Cluster = Of("cluster", settings.Cluster),
            Services = [.. settings.Services.Select((s, i) => s with { Service = Of(ServiceKey(settings, i), s.Service), Cluster = s.Cluster is null ? null : Of($"services[{i}].cluster", s.Cluster) })],
            ScheduledTasks = [.. settings.ScheduledTasks.Select((r, i) => r with { Rule = Of($"scheduled_tasks[{i}].rule", r.Rule) })],
        };
        return (resolved, found.Missing);
    }

    private static string ServiceKey(EcsSettings settings, int index) => settings.Services.Count == 1 ? "service" : $"services[{index}].service";
}
