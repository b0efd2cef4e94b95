using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Previews;

namespace Towpath.Core.Deliverybot;

/// <summary>
/// Makes an application of a Deliverybot file, so that nothing else has to know where it came from: a target is an environment with the
/// target <c>github</c>, what belongs to pull requests is a preview.
/// </summary>
public static class DeliverybotTranslation
{
    /// <summary>The keys of target <c>github</c> that a translated environment has.</summary>
    public static IReadOnlyList<string> Settings { get; } =
        ["environment", "name", "production_environment", "transient_environment", "auto_merge", "task", "description", "payload"];

    /// <param name="file">As read.</param>
    /// <param name="slug">The application's name.</param>
    /// <param name="repository">As <c>owner/name</c>.</param>
    public static ApplicationSpec ToApplication(DeliverybotFile file, string slug, string repository)
    {
        var names = NamesOf(file.Targets);
        var previews = file.Targets.Where(target => target.IsOfPullRequests).Select(target => Preview(target, names[target.Name])).ToArray();
        return new ApplicationSpec
        {
            Name = slug,
            Repository = repository,
            Artifacts = [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.Commit, "")],
            Environments = [.. file.Targets.Where(target => !target.IsOfPullRequests).Select(target => Environment(target, names[target.Name]))],
            Previews = previews.Length == 0 ? null : new PreviewSpec { Targets = previews },
        };
    }

    /// <summary>The environments' names by target: slugs, each once, and none that belongs to a pull request.</summary>
    public static IReadOnlyDictionary<string, string> NamesOf(IReadOnlyList<DeliverybotTarget> targets)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        // Targets that are slugs already keep their names whatever stands above them.
        foreach (var target in targets.OrderByDescending(target => Texts.IsSlug(target.Name)))
        {
            var slug = SlugOf(target.Name);
            var name = slug;
            for (var number = 2; !taken.Add(name); number++) name = Numbered(slug, number);
            names[target.Name] = name;
        }

        return names;
    }

    private static string Numbered(string slug, int number)
    {
        var name = $"{slug[..Math.Min(slug.Length, Texts.LongestSlug - 12)].TrimEnd('-')}-{number}";
        return PreviewSlot.IsReserved(name) ? $"target-{name}" : name;
    }

    private static EnvironmentSpec Environment(DeliverybotTarget target, string name) => new()
    {
        Name = name,
        AutoDeploy = DeliverybotRefs.ToAutoDeploy(target.AutoDeployOn),
        RequiredChecks = target.RequiredChecks,
        // Deliverybot put nothing back: the listener knows no rollback.
        OnFailure = OnFailure.Stay,
        Target = Target(target),
    };

    private static PreviewTarget Preview(DeliverybotTarget target, string name) => new(name, Target(target))
    {
        IsAutomatic = target.AutoDeployOn is "pr",
        IsLiteral = true,
        RequiredChecks = target.RequiredChecks,
    };

    private static TargetSpec Target(DeliverybotTarget target)
    {
        var settings = new JsonObject
        {
            ["environment"] = target.Environment,
            ["name"] = target.Name,
            ["production_environment"] = target.IsProduction,
            ["transient_environment"] = target.IsTransient,
            ["auto_merge"] = target.AutoMerge,
            ["task"] = target.Task,
            ["payload"] = target.Payload.DeepClone(),
        };
        if (target.Description is { } description) settings["description"] = description;
        return new TargetSpec("github", settings);
    }

    private static string SlugOf(string name)
    {
        if (Texts.IsSlug(name) && !PreviewSlot.IsReserved(name)) return name;
        var slug = Texts.ToSlug(name);
        return slug.Length == 0 ? "target" : PreviewSlot.IsReserved(slug) ? $"target-{slug}" : slug;
    }
}
