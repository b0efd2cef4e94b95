using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecs;

/// <summary>Decides which container gets which artifact.</summary>
internal static class ContainerChoice
{
    /// <param name="unit">Whose containers.</param>
    /// <param name="running">What it runs.</param>
    /// <param name="written"><c>containers</c> of the spec: container by artifact name.</param>
    /// <param name="container"><c>container</c> of the spec.</param>
    /// <param name="artifacts">What is deployed.</param>
    /// <param name="problems">Where a sentence goes for what cannot be decided.</param>
    /// <returns>Artifact names by container.</returns>
    public static IReadOnlyDictionary<string, string> Of(
        EcsUnit unit, TaskDefinition running, IReadOnlyDictionary<string, string> written, string? container, IReadOnlyList<Artifact> artifacts, List<string> problems)
    {
        var known = running.Containers;
        var chosen = written.Count > 0 ? Written(unit, written, artifacts, problems) : Guessed(unit, known, container, artifacts, problems);
        foreach (var name in chosen.Keys.Where(name => !known.Contains(name)))
            problems.Add($"{unit.Title}: {AwsDocument.Tail(running.Arn)} has no container '{name}'; it has {string.Join(", ", known)}");
        return chosen;
    }

    private static Dictionary<string, string> Written(EcsUnit unit, IReadOnlyDictionary<string, string> written, IReadOnlyList<Artifact> artifacts, List<string> problems)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (artifact, name) in written)
            if (artifacts.All(a => a.Name != artifact))
                problems.Add($"{unit.Title}: `containers` names the artifact '{artifact}', and this build has {string.Join(", ", artifacts.Select(a => a.Name))}");
            else chosen[name] = artifact;
        return chosen;
    }

    private static Dictionary<string, string> Guessed(EcsUnit unit, IReadOnlyList<string> known, string? container, IReadOnlyList<Artifact> artifacts, List<string> problems)
    {
        if (artifacts is [var only])
        {
            var name = container ?? (known is [var single] ? single : known.FirstOrDefault(k => k == only.Name));
            if (name is not null) return new Dictionary<string, string>(StringComparer.Ordinal) { [name] = only.Name };
        }
        else
        {
            var same = artifacts.Where(a => known.Contains(a.Name)).ToDictionary(a => a.Name, a => a.Name, StringComparer.Ordinal);
            if (same.Count > 0) return same;
        }

        problems.Add($"{unit.Title} has the containers {string.Join(", ", known)}, and nothing says which gets the image; name it with `{(artifacts.Count == 1 ? "container" : "containers")}`");
        return [];
    }
}
