using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Environments;

/// <summary>Environments with reviewers and wait timers. Source: GitHub, "REST API endpoints for deployment environments".</summary>
internal static class EnvironmentCalls
{
    internal const string Path = "/repos/{owner}/{repo}/environments/{environment_name}";

    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/environments", Need.ToRead("actions"), call => call.Page("environments", [.. call.Repository.Environments.Values], e => e.View()));
        routes.On($"GET {Path}", Need.ToRead("actions"), call => Answer.Ok(Of(call).View()));
        routes.On($"PUT {Path}", Need.ToWrite("administration"), Put);
        routes.On($"DELETE {Path}", Need.ToWrite("administration"), Delete);
    }

    internal static DeployEnvironment Of(Call call) => call.Repository.Environments.GetValueOrDefault(call["environment_name"]) ?? throw GitHubFault.NotFound();

    /// <summary>A deployment to an environment that is not there makes it.</summary>
    internal static DeployEnvironment Ensure(Repository repository, string name)
    {
        if (!repository.Environments.TryGetValue(name, out var environment))
            repository.Environments[name] = environment = new DeployEnvironment(repository.World.NextId(), repository, name);
        return environment;
    }

    private static Answer Delete(Call call)
    {
        call.Repository.Environments.Remove(Of(call).Name);
        return Answer.NoContent;
    }

    /// <summary>What is not named is taken away.</summary>
    private static Answer Put(Call call)
    {
        var input = call.Input;
        var wait = input.Number("wait_timer") ?? 0;
        if (wait is < 0 or > 43200) throw GitHubFault.Refused("Invalid request.\n\nwait_timer must be between 0 and 43200.");
        var reviewers = input.Items("reviewers").Select(r => Reviewer(call, r)).ToList();
        if (reviewers.Count > 6) throw GitHubFault.Refused("Invalid request.\n\nNo more than 6 reviewers are allowed.");
        var only = PolicyOf(input);
        var environment = Ensure(call.Repository, call["environment_name"]);
        (environment.WaitTimer, environment.PreventSelfReview) = ((int)wait, input.Flag("prevent_self_review") ?? false);
        environment.Reviewers.Clear();
        environment.Reviewers.AddRange(reviewers);
        if (only != false) environment.Policies.Clear();
        (environment.ProtectedBranchesOnly, environment.UpdatedAt) = (only, call.World.Now);
        return Answer.Ok(environment.View());
    }

    private static bool? PolicyOf(JsonObject input)
    {
        if (input.Member("deployment_branch_policy") is not { } policy) return null;
        var (only, custom) = (policy.Flag("protected_branches"), policy.Flag("custom_branch_policies"));
        return only is null || custom is null || only == custom
            ? throw GitHubFault.Refused("Invalid request.\n\nprotected_branches and custom_branch_policies cannot have the same value.")
            : only;
    }

    private static object Reviewer(Call call, JsonObject reviewer)
    {
        var id = reviewer.Number("id") ?? throw GitHubFault.Refused("Invalid request.\n\n\"id\" wasn't supplied.");
        object? found = reviewer.Text("type") == "Team"
            ? (call.Repository.Owner as Organization)?.Teams.Find(t => t.Id == id)
            : call.World.Accounts.All.OfType<User>().FirstOrDefault(u => u.Id == id && call.Repository.RoleOf(u) >= Role.Read);
        return found ?? throw GitHubFault.Invalid("Environment", "reviewers", "invalid", $"reviewer {id} has no access to the repository");
    }
}
