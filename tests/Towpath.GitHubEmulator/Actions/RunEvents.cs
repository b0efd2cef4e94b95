using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>How runs begin, wait, go on and end.</summary>
public static class RunEvents
{
    /// <summary>Starts a run as an event or a dispatch does.</summary>
    public static WorkflowRun Start(Workflow workflow, string reference, string sha, string name, Account actor, IReadOnlyDictionary<string, string>? inputs = null, Repository? head = null)
    {
        var (repository, world) = (workflow.Repository, workflow.Repository.World);
        lock (world.Gate)
        {
            var run = new WorkflowRun(world.NextId(), workflow, actor)
            {
                Number = repository.Runs.Count(r => r.Workflow == workflow) + 1, Event = name, Ref = reference, Sha = sha, Head = head ?? repository, Plan = workflow.Plan,
                Inputs = inputs ?? new Dictionary<string, string>(), Suite = repository.Checks.SuiteOfRun(repository, sha),
                VisibleFrom = world.Now + workflow.Plan.AppearsAfter,
            };
            foreach (var job in run.Plan.Jobs) run.Jobs.Add(new RunJob(world.NextId(), run, job, repository.Checks.Add(run.Suite, job.Name)));
            foreach (var job in run.Jobs) job.Check.HtmlUrl = job.Check.DetailsUrl = repository.Web($"actions/runs/{run.Id}/job/{job.Id}");
            repository.Runs.Add(run);
            Tell(run, "requested");
            foreach (var job in run.Jobs) CheckEvents.Tell(job.Check, "created");
            AskEnvironments(run);
            Proceed(run);
            return run;
        }
    }

    /// <summary>Ends a run whose plan leaves that to the test.</summary>
    public static void Complete(WorkflowRun run, string conclusion)
    {
        lock (run.Repository.World.Gate)
        {
            if (run.Status == "completed") return;
            Set(run, "completed", conclusion);
            Tell(run, "completed");
            foreach (var gate in run.Gates)
                Post(gate.Deployment, conclusion == "success" ? "success" : "failure");
            foreach (var job in run.Jobs) CheckEvents.Complete(job.Check, conclusion);
        }
    }

    /// <summary>Goes on as far as nothing has to be waited for.</summary>
    internal static void Proceed(WorkflowRun run)
    {
        if (run.Status == "completed") return;
        if (run.Gates.Exists(g => g.IsRejected))
        {
            Complete(run, "failure");
            return;
        }

        if (!run.Gates.TrueForAll(g => g.IsOpen))
        {
            run.Status = "waiting";
            return;
        }

        if (run.Status is "queued" or "waiting" && run.Plan.QueuedFor is { } queued) run.Repository.World.Scheduler.After(queued, () => Begin(run));
    }

    private static void Begin(WorkflowRun run)
    {
        if (run.Status is "completed" or "in_progress") return;
        Set(run, "in_progress", null);
        Tell(run, "in_progress");
        foreach (var job in run.Jobs) job.Check.Status = "in_progress";
        foreach (var gate in run.Gates) Post(gate.Deployment, "in_progress");
        if (run.Plan.RunsFor is { } lasts) run.Repository.World.Scheduler.After(lasts, () => Complete(run, run.Plan.Conclusion));
    }

    private static void AskEnvironments(WorkflowRun run)
    {
        foreach (var name in run.Plan.Jobs.Select(j => j.Environment).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var (repository, world) = (run.Repository, run.Repository.World);
            var environment = EnvironmentCalls.Ensure(repository, name);
            var deployment = new Deployment(world.NextId(), repository, world.Apps.Actions.Bot, world.Apps.Actions)
            {
                Sha = run.Sha, Ref = run.Branch, Task = "deploy", Payload = null, OriginalEnvironment = name, Environment = name, Description = null, IsTransient = false,
                IsProduction = name == "production",
            };
            repository.Deployments.Add(deployment);
            var gate = new RunGate(run, environment, deployment) { IsRejected = !environment.Admits(run.Ref) };
            run.Gates.Add(gate);
            if (gate.IsRejected) continue;
            if (gate.WaitsUntil is { } until) world.Scheduler.After(until - world.Now, () => Proceed(run));
            foreach (var app in gate.Asked) Ask(run, gate, app);
        }
    }

    /// <summary>Only the app that protects the environment is asked.</summary>
    private static void Ask(WorkflowRun run, RunGate gate, Apps.App app)
    {
        var repository = run.Repository;
        if (repository.World.Apps.InstallationsOf(repository).FirstOrDefault(i => i.App == app) is not { } installation) return;
        var payload = new JsonObject
        {
            ["action"] = "requested", ["environment"] = gate.Environment.Name, ["event"] = run.Event, ["sha"] = run.Sha, ["ref"] = run.Ref,
            ["deployment_callback_url"] = repository.Api($"actions/runs/{run.Id}/deployment_protection_rule"), ["deployment"] = gate.Deployment.View(),
            ["pull_requests"] = PullView.Brief(repository, run.Sha), ["repository"] = RepositoryView.Of(repository),
        };
        if (repository.Owner is Organization organization) payload["organization"] = organization.SimpleOrganization();
        payload["installation"] = new JsonObject { ["id"] = installation.Id, ["node_id"] = Account.Node("I", installation.Id) };
        payload["sender"] = run.Actor.Simple();
        repository.World.Outbox.Queue(app, installation, repository, "deployment_protection_rule", payload);
    }

    private static void Post(Deployment deployment, string state) =>
        DeploymentListener.Post(deployment, state, app: deployment.Repository.World.Apps.Actions);

    private static void Set(WorkflowRun run, string status, string? conclusion) =>
        (run.Status, run.Conclusion, run.UpdatedAt) = (status, conclusion, run.Repository.World.Now);

    private static void Tell(WorkflowRun run, string action) => run.Repository.World.Outbox.Publish(
        "workflow_run", action, run.Repository, run.Actor, new JsonObject { ["workflow_run"] = run.View(), ["workflow"] = run.Workflow.View() });
}
