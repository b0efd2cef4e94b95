using Towpath.Core.Applications.Yaml;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Core.Applications.Checks;

/// <summary>What targets and artifact sources themselves say: what the operator does not allow, and who claims the same place.</summary>
internal sealed class PlaceCheck(ConfigurationBinder binder, IReadOnlyDictionary<string, IArtifactSource> sources, OperatorLimits? limits, SpecErrors errors)
{
    private readonly Claims _claims = new();

    public void Run(ApplicationFile application)
    {
        CheckProject(application);
        var own = limits?.For((application.Root["repository"] as SpecNode.Scalar)?.Value);
        if (own is not null)
            foreach (var source in application.Sources) CheckSource(application.Slug, source, own);
        foreach (var environment in application.Environments)
        {
            CheckTarget(application.KeyOf(environment), environment.Value, own);
            CheckVerifications(application.KeyOf(environment), environment.Value, own);
        }

        foreach (var preview in application.PreviewsOf(1)) CheckTarget(application.KeyOf(preview), preview.Value, own);
        // What a second pull request would share with the first, since {pr} is missing, is told; what is not allowed was told already.
        foreach (var preview in application.PreviewsOf(2)) CheckTarget(application.KeyOf(preview), preview.Value, own: null);
    }

    private void CheckSource(string slug, SourceNode source, OperatorLimits own)
    {
        var place = source.Text.Value.Replace("{slug}", slug, StringComparison.Ordinal);
        if (sources.TryGetValue(ArtifactScheme.Of(source.Kind, place), out var reader) && reader.Check(place, own) is { } sentence)
            errors.Add(source.Text.At, "not-allowed", sentence);
    }

    private void CheckTarget(EnvironmentKey key, SpecNode environment, OperatorLimits? own)
    {
        if (environment.Find("target") is not { } node || binder.TryBindTarget(node) is not var (target, spec)) return;
        if (own is not null)
            foreach (var sentence in target.Check(key, spec, own)) errors.Add(node.At, "not-allowed", sentence);
        foreach (var claim in target.Claims(key, spec).Distinct(StringComparer.Ordinal))
            if (_claims.Add(claim, key) is { } other)
                errors.Add(node.At, "claimed-twice", $"{key} and {other} both claim {Quote.Clean(claim)}; each environment needs its own");
    }

    private void CheckVerifications(EnvironmentKey key, SpecNode environment, OperatorLimits? own)
    {
        if (own is null || environment.Find("verify") is not SpecNode.Sequence items) return;
        foreach (var item in items.Items)
            if (binder.TryBindVerification(item) is var (verification, spec))
                foreach (var sentence in verification.Check(key, spec, own)) errors.Add(item.At, "not-allowed", sentence);
    }

    /// <summary>Where the operator keeps projects, a spec outside of all of them may use nothing.</summary>
    private void CheckProject(ApplicationFile application)
    {
        if (limits is not { Projects.Count: > 0 } || application.Root["repository"] is not { } node)
        {
            if (limits is { Projects.Count: > 0 })
                errors.Add(application.Root.At, "not-allowed", "'repository' is missing; the operator's towpath.yaml has projects, and a project is found by its repository");
            return;
        }

        if (node is SpecNode.Scalar name && limits.For(name.Value).Project is null)
            errors.Add(node.At, "not-allowed", $"no project in the operator's towpath.yaml lists the repository '{Quote.Clean(name.Value)}'; ask the operator to add it");
    }
}
