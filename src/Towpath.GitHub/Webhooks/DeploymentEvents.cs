using System.Globalization;
using Towpath.GitHub.Target;

namespace Towpath.GitHub.Webhooks;

internal static class DeploymentEvents
{
    public static WebhookEvent Release(JsonFields root)
    {
        var release = root.Object("release");
        return new WebhookEvent.Release(new ReleaseFacts
        {
            Id = release.Id("id"),
            Tag = release.Name("tag_name"),
            Target = release.Name("target_commitish"),
            Name = release.Words("name"),
            IsDraft = release.Flag("draft"),
            IsPrerelease = release.Flag("prerelease"),
            PublishedAt = release.OptionalInstant("published_at"),
            Url = release.Link("html_url"),
        });
    }

    public static WebhookEvent Deployment(JsonFields root) => new WebhookEvent.Deployment(Facts(root.Object("deployment")));

    public static WebhookEvent DeploymentStatus(JsonFields root)
    {
        var status = root.Object("deployment_status");
        return new WebhookEvent.DeploymentStatus(
            Facts(root.Object("deployment")), status.Id("id"), status.Name("state"), status.Link("log_url") ?? status.Link("target_url"), status.Link("environment_url"), status.Instant("created_at"));
    }

    public static WebhookEvent ProtectionRule(JsonFields root)
    {
        var deployment = root.OptionalObject("deployment");
        return new WebhookEvent.ProtectionRule(
            root.Name("environment"), RunOf(root), deployment?.Id("id"), deployment?.OptionalSha("sha") ?? root.OptionalSha("sha"), deployment?.OptionalName("ref") ?? root.OptionalName("ref"));
    }

    private static DeploymentFacts Facts(JsonFields deployment) => new()
    {
        Id = deployment.Id("id"),
        Sha = deployment.Sha("sha"),
        Ref = deployment.Name("ref"),
        Task = deployment.OptionalName("task") ?? "deploy",
        Environment = deployment.Name("environment"),
        Creator = deployment.OptionalObject("creator") is { } creator ? WebhookReader.Account(creator) : null,
        CreatedAt = deployment.Instant("created_at"),
        Marker = DeploymentMarker.Of(deployment.Raw("payload")),
    };

    /// <summary><c>…/actions/runs/{id}/deployment_protection_rule</c></summary>
    private static long RunOf(JsonFields root)
    {
        const string Name = "deployment_callback_url";
        var parts = root.Name(Name).Split('/');
        if (parts is [.., "runs", var id, "deployment_protection_rule"] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var run) && run > 0) return run;
        root.Refuse(Name, "names no workflow run");
        return 0;
    }
}
