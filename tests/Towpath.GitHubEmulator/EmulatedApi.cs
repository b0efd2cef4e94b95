using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Oidc;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Releases;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Statuses;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator;

/// <summary>Every route there is. What is added first is matched first.</summary>
internal static class EmulatedApi
{
    public static Router Routes()
    {
        var routes = new Router();
        MetaCalls.Add(routes);
        AppCalls.Add(routes);
        ManifestCalls.Add(routes);
        DeliveryCalls.Add(routes);
        LoginCalls.Add(routes);
        AccountCalls.Add(routes);
        OidcCalls.Add(routes);
        RefCalls.Add(routes);
        ContentCalls.Add(routes);
        TreeCalls.Add(routes);
        TagCalls.Add(routes);
        CollaboratorCalls.Add(routes);
        StatusCalls.Add(routes);
        CheckCalls.Add(routes);
        DeploymentCalls.Add(routes);
        DeploymentStatusCalls.Add(routes);
        PullCalls.Add(routes);
        CommentCalls.Add(routes);
        ReactionCalls.Add(routes);
        LabelCalls.Add(routes);
        IssueCalls.Add(routes);
        ReleaseCalls.Add(routes);
        WorkflowCalls.Add(routes);
        RunCalls.Add(routes);
        EnvironmentCalls.Add(routes);
        BranchPolicyCalls.Add(routes);
        ProtectionRuleCalls.Add(routes);
        CommitCalls.Add(routes);
        RepositoryCalls.Add(routes);
        CommitCalls.AddLast(routes);
        return routes;
    }
}
