using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Environments;

/// <summary>Which branches and tags may be deployed. Source: GitHub, "REST API endpoints for deployment branch policies".</summary>
internal static class BranchPolicyCalls
{
    private const string Path = EnvironmentCalls.Path + "/deployment-branch-policies";

    public static void Add(Router routes)
    {
        routes.On($"GET {Path}", Need.ToRead("actions"), call => call.Page("branch_policies", EnvironmentCalls.Of(call).Policies, p => p.View()));
        routes.On($"POST {Path}", Need.ToWrite("administration"), Create);
        routes.On($"GET {Path}/{{branch_policy_id}}", Need.ToRead("actions"), call => Answer.Ok(Of(call).View()));
        routes.On($"PUT {Path}/{{branch_policy_id}}", Need.ToWrite("administration"), Update);
        routes.On($"DELETE {Path}/{{branch_policy_id}}", Need.ToWrite("administration"), Delete);
    }

    private static BranchPolicy Of(Call call)
    {
        var id = call.Number64("branch_policy_id");
        return EnvironmentCalls.Of(call).Policies.Find(p => p.Id == id) ?? throw GitHubFault.NotFound();
    }

    private static Answer Create(Call call)
    {
        var environment = EnvironmentCalls.Of(call);
        if (environment.ProtectedBranchesOnly != false) throw GitHubFault.NotFound();
        var policy = new BranchPolicy(call.World.NextId(), call.Input.Required("name", "DeploymentBranchPolicy"), call.Input.Text("type") ?? "branch");
        if (environment.Policies.Exists(p => p.Name == policy.Name && p.Type == policy.Type)) return new Answer(StatusCodes.Status303SeeOther);
        environment.Policies.Add(policy);
        return Answer.Ok(policy.View());
    }

    private static Answer Update(Call call)
    {
        var (policies, policy) = (EnvironmentCalls.Of(call).Policies, Of(call));
        var changed = policy with { Name = call.Input.Required("name", "DeploymentBranchPolicy") };
        policies[policies.IndexOf(policy)] = changed;
        return Answer.Ok(changed.View());
    }

    private static Answer Delete(Call call)
    {
        EnvironmentCalls.Of(call).Policies.Remove(Of(call));
        return Answer.NoContent;
    }
}
