using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Checks;

/// <summary>Webhooks about checks, and checks that other apps report.</summary>
public static class CheckEvents
{
    /// <summary>A check of another app, such as GitHub Actions.</summary>
    public static CheckRun Report(Repository repository, App app, string sha, string name, string? conclusion = "success")
    {
        lock (repository.World.Gate)
        {
            var run = repository.Checks.Add(repository.Checks.SuiteOf(repository, app, sha), name);
            run.StartedAt = repository.World.Now;
            run.Status = "in_progress";
            Tell(run, "created");
            if (conclusion is not null) Complete(run, conclusion);
            return run;
        }
    }

    public static void Complete(CheckRun run, string conclusion)
    {
        lock (run.Suite.Repository.World.Gate)
        {
            (run.Status, run.Conclusion, run.CompletedAt) = ("completed", conclusion, run.Suite.Repository.World.Now);
            Completed(run);
        }
    }

    internal static void Completed(CheckRun run)
    {
        Tell(run, "completed");
        if (run.Suite.Status != "completed") return;
        var suite = run.Suite.View();
        suite.Remove("repository");
        run.Suite.Repository.World.Outbox.Publish("check_suite", "completed", run.Suite.Repository, run.Suite.App.Bot, new JsonObject { ["check_suite"] = suite });
    }

    internal static void Tell(CheckRun run, string action) =>
        run.Suite.Repository.World.Outbox.Publish("check_run", action, run.Suite.Repository, run.Suite.App.Bot, new JsonObject { ["check_run"] = InEvent(run) });

    /// <summary>Only the app whose check it is hears that it is to run again.</summary>
    internal static void Rerequested(CheckRun run, Account by)
    {
        var repository = run.Suite.Repository;
        if (repository.World.Apps.InstallationsOf(repository).FirstOrDefault(i => i.App == run.Suite.App) is not { } installation) return;
        var payload = new JsonObject
        {
            ["action"] = "rerequested", ["check_run"] = InEvent(run), ["repository"] = RepositoryView.Of(repository), ["sender"] = by.Simple(),
            ["installation"] = new JsonObject { ["id"] = installation.Id, ["node_id"] = Account.Node("I", installation.Id) },
        };
        repository.World.Outbox.Queue(run.Suite.App, installation, repository, "check_run", payload);
    }

    /// <summary>In an event the suite stands with the run.</summary>
    private static JsonObject InEvent(CheckRun run)
    {
        var suite = run.Suite.View();
        suite.Remove("repository");
        suite.Remove("head_commit");
        return run.View().With(("check_suite", suite));
    }
}
