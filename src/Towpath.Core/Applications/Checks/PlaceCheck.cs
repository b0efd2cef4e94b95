using Towpath.Core.Applications.Yaml;
using Towpath.Core.Artifacts;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Core.Previews;
using Towpath.Core.Targets;

namespace Towpath.Core.Applications.Checks;

/// <summary>What targets and artifact sources themselves say: what the operator does not allow, and who claims the same place.</summary>
internal sealed class PlaceCheck(
    ConfigurationBinder binder, IReadOnlyDictionary<string, ITarget> targets, IReadOnlyDictionary<string, IArtifactSource> sources, OperatorLimits? limits, SpecErrors errors)
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

    /// <summary>What has no app spec is told at the top of the file that it was made of.</summary>
    public void Run(DeliverybotApplication application)
    {
        var (spec, at) = (application.Spec, new Place(application.Path, 1, 1));
        CheckProject(spec.Repository, at);
        var own = limits?.For(spec.Repository);
        foreach (var environment in spec.Environments) CheckTarget(new EnvironmentKey(spec.Name, environment.Name), environment.Target, at, own);
        foreach (var preview in spec.Previews?.Targets ?? []) CheckTarget(new EnvironmentKey(spec.Name, new PreviewSlot(1, preview.Name).ToString()), preview.Of(1), at, own);
    }

    private void CheckSource(string slug, SourceNode source, OperatorLimits own)
    {
        var place = source.Text.Value.Replace("{slug}", slug, StringComparison.Ordinal);
        if (sources.TryGetValue(ArtifactScheme.Of(source.Kind, place), out var reader) && reader.Check(place, own) is { } sentence)
            errors.Add(source.Text.At, "not-allowed", sentence);
    }

    private void CheckTarget(EnvironmentKey key, SpecNode environment, OperatorLimits? own)
    {
        if (environment.Find("target") is { } node && binder.TryBindTarget(node) is var (target, spec)) CheckTarget(key, target, spec, node.At, own);
    }

    private void CheckTarget(EnvironmentKey key, TargetSpec spec, Place at, OperatorLimits? own)
    {
        if (targets.TryGetValue(spec.Kind, out var target)) CheckTarget(key, target, spec, at, own);
        else errors.Add(at, "unknown-kind", $"this control plane has no target '{spec.Kind}'");
    }

    private void CheckTarget(EnvironmentKey key, ITarget target, TargetSpec spec, Place at, OperatorLimits? own)
    {
        if (own is not null)
            foreach (var sentence in target.Check(key, spec, own)) errors.Add(at, "not-allowed", sentence);
        foreach (var claim in target.Claims(key, spec).Distinct(StringComparer.Ordinal))
            if (_claims.Add(claim, key) is { } other)
                errors.Add(at, "claimed-twice", $"{key} and {other} both claim {Quote.Clean(claim)}; each environment needs its own");
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

        if (node is SpecNode.Scalar name) CheckProject(name.Value, node.At);
    }

    private void CheckProject(string? repository, Place at)
    {
        if (limits is { Projects.Count: > 0 } && limits.For(repository).Project is null)
            errors.Add(at, "not-allowed", $"no project in the operator's towpath.yaml lists the repository '{Quote.Clean(repository ?? "")}'; ask the operator to add it");
    }
}
