using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Environments;
using Towpath.Server.Api;
using static Towpath.Server.Tests.Features.GitHub.Environments.GitHubEnvironmentScene;

namespace Towpath.Server.Tests.Features.GitHub.Environments;

/// <summary>GitHub's environments are made to match the spec while GitHub and the network fail.</summary>
[Trait("Row", "N5")]
public sealed class GitHubEnvironmentFaultTests
{
    [Fact]
    public async Task A_refusal_of_GitHub_is_told_and_what_is_left_is_done_the_next_time()
    {
        await using var scene = await StartAsync();
        scene.World.Script.Add(new ScriptedFault { On = "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", Kind = FaultKind.Error, Status = 403, Message = "Resource not accessible by integration", Times = 1 });
        var broken = await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        Assert.Contains("Resource not accessible by integration", broken.Environments[0].Problem, StringComparison.Ordinal);
        Assert.False(broken.Environments[0].Done);

        await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        var again = await scene.Server.GetAsync<GitHubEnvironmentsView>("vera", MatchRoute);
        Assert.All(again.Environments, environment => Assert.Empty(environment.Lines));
    }

    /// <summary>Calls that may be made twice are made three times before it is given up.</summary>
    [Theory]
    [InlineData(Put, FaultKind.DropBefore)]
    [InlineData(Put, FaultKind.DropAfter)]
    [InlineData("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", FaultKind.DropBefore)]
    [InlineData("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", FaultKind.DropAfter)]
    [InlineData("DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}", FaultKind.DropBefore)]
    [InlineData("DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}", FaultKind.DropAfter)]
    [InlineData("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules", FaultKind.DropBefore)]
    [InlineData("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules", FaultKind.DropAfter)]
    public async Task Interrupted_before_and_after_every_call_the_next_one_ends_it(string call, FaultKind kind)
    {
        await using var scene = await StartAsync();
        lock (scene.World.Gate)
        {
            var staging = new DeployEnvironment(scene.World.NextId(), scene.Web, "staging") { ProtectedBranchesOnly = false };
            staging.Policies.Add(new BranchPolicy(scene.World.NextId(), "topic/*", "branch"));
            scene.Web.Environments["staging"] = staging;
        }

        scene.World.Script.Add(new ScriptedFault { On = call, Kind = kind, Times = 3 });
        await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        scene.World.Script.Clear();
        var ended = await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        Assert.All(ended.Environments, environment => Assert.Null(environment.Problem));

        var plan = await scene.Server.GetAsync<GitHubEnvironmentsView>("vera", MatchRoute);
        Assert.All(plan.Environments, environment => Assert.Empty(environment.Lines));
        lock (scene.World.Gate)
        {
            Assert.Equal(["main"], scene.Web.Environments["staging"].Policies.Select(policy => policy.Name));
            Assert.Equal(["v*"], scene.Web.Environments["production"].Policies.Select(policy => policy.Name));
            foreach (var name in (string[])["staging", "production"]) Assert.Same(scene.App, Assert.Single(scene.Web.Environments[name].CustomRules).App);
        }
    }
}
