using Towpath.Core.Facts;

namespace Towpath.GitHub.Webhooks;

internal static class CheckEvents
{
    public static WebhookEvent Status(JsonFields root) => new WebhookEvent.Status(new CommitFact
    {
        RepositoryId = root.Object("repository").Id("id"),
        Sha = root.Sha("sha"),
        Kind = CommitFactKind.Status,
        App = "",
        Name = root.Name("context"),
        State = root.Name("state"),
        At = root.Instant("created_at"),
        Id = root.Id("id"),
        Url = root.Link("target_url"),
    });

    public static WebhookEvent CheckRun(JsonFields root)
    {
        var run = root.Object("check_run");
        return new WebhookEvent.CheckRun(new CommitFact
        {
            RepositoryId = root.Object("repository").Id("id"),
            Sha = run.Sha("head_sha"),
            Kind = CommitFactKind.Check,
            App = App(run),
            Name = run.Name("name"),
            State = State(run),
            At = Latest(run),
            Id = run.Id("id"),
            Url = run.Link("html_url") ?? run.Link("details_url"),
        });
    }

    public static WebhookEvent CheckSuite(JsonFields root)
    {
        var suite = root.Object("check_suite");
        return new WebhookEvent.CheckSuite(suite.Sha("head_sha"), App(suite), State(suite));
    }

    public static WebhookEvent WorkflowRun(JsonFields root)
    {
        var run = root.Object("workflow_run");
        return new WebhookEvent.WorkflowRun(new RunFacts
        {
            Id = run.Id("id"),
            WorkflowId = run.Id("workflow_id"),
            Path = run.OptionalName("path") ?? root.OptionalObject("workflow")?.OptionalName("path") ?? "",
            HeadSha = run.Sha("head_sha"),
            HeadBranch = run.OptionalName("head_branch"),
            HeadRepositoryId = run.OptionalObject("head_repository")?.Id("id"),
            Trigger = run.Name("event"),
            Status = run.Name("status"),
            Conclusion = run.OptionalName("conclusion"),
            Number = run.Id("run_number"),
            Attempt = run.OptionalId("run_attempt") ?? 1,
            Title = run.Words("display_title"),
            Url = run.Link("html_url"),
            UpdatedAt = run.Instant("updated_at"),
        });
    }

    private static string State(JsonFields run) => run.OptionalName("conclusion") ?? run.OptionalName("status") ?? "queued";

    private static string App(JsonFields run) => run.OptionalObject("app") is { } app ? app.OptionalName("slug") ?? $"app {app.Id("id")}" : "";

    /// <summary>A run has no instant of its last change of its own; its suite has one.</summary>
    private static DateTimeOffset Latest(JsonFields run)
    {
        DateTimeOffset?[] instants = [run.OptionalInstant("completed_at"), run.OptionalInstant("started_at"), run.OptionalObject("check_suite")?.OptionalInstant("updated_at")];
        return instants.Max() ?? DateTimeOffset.UnixEpoch;
    }
}
