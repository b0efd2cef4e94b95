using System.Text.Json.Nodes;
using Towpath.Core.Approvals;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Approvals;

/// <summary>
/// Records a person's yes or no. The decision, its audit row and the deployment's next revision are one commit that expects the revision, the
/// configuration and the gates it was decided on: of two racing decisions the second sees the first.
/// </summary>
public sealed class DecideDeployments(Lookups lookups, IStore store, GateInputs inputs, DecisionChanges changes, DeploymentViews views)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/deployments/{id}/approve", async (string id, Decide? request, HttpContext http, DecideDeployments use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), id, request ?? new Decide(), Verdict.Approved, cancellationToken)).ToHttp())
            .WithName("approveDeployment").WithSummary("Say yes, in a role of one's own; without `role`, of those still needed the one that the fewest people have.").WithTags("approvals")
            .Produces<DeploymentView>().Needs(Permission.Approve);
        api.MapPost("/deployments/{id}/reject", async (string id, Decide? request, HttpContext http, DecideDeployments use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), id, request ?? new Decide(), Verdict.Rejected, cancellationToken)).ToHttp())
            .WithName("rejectDeployment").WithSummary("Say no: the promotion ends.").WithTags("approvals")
            .Produces<DeploymentView>().Needs(Permission.Approve);
    }

    public async Task<Answer<DeploymentView>> HandleAsync(Caller caller, string id, Decide request, Verdict verdict, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await lookups.DeploymentAsync(caller, Permission.Approve, id, cancellationToken);
            if (found.Value is not { } deployment) return found.Refusal!;
            if (Texts.RefuseReason("comment", request.Comment) is { } wrong) return wrong;
            var reading = await inputs.ReadAsync(deployment, cancellationToken);
            var role = ApprovalRole.Choose(caller.User, deployment, reading, request.Role, verdict);
            if (role.Refusal is { } no) return no;
            var (next, commit) = changes.Of(deployment, reading, caller.User, role.Value!, request.Comment, verdict);
            // Refused by the store means: something was decided in between. Look again.
            if (await store.CommitAsync(commit, cancellationToken) is CommitOutcome.Committed) return await views.ViewAsync(next.Deployment, cancellationToken);
        }
    }
}

/// <summary>What one decision saves.</summary>
public sealed class DecisionChanges(GateEvaluations evaluations, Transitions transitions, Audits audits, TimeProvider time)
{
    public (Next Next, Commit Commit) Of(Deployment deployment, GateReading reading, string user, string role, string? comment, Verdict verdict)
    {
        var approval = Approval(deployment, reading, user, role, comment, verdict);
        var next = DeploymentMachine.Apply(deployment, Event(reading, approval)) as Next
            ?? throw new InvalidOperationException("a waiting or queued deployment can be approved and rejected");
        var commit = new Commit
        {
            Changes =
            [
                .. transitions.Of(deployment, next), .. Record(approval, Earlier(reading, approval)), audits.Of(user, Action(verdict), deployment, Details(approval)),
                .. reading.Expectations,
            ],
        };
        return (next, commit);
    }

    /// <summary>
    /// One decision of a person, role, digest and policy is kept. Who has approved and then rejects ends the promotion; whoever approves again does so since their
    /// earlier approval counts no longer. Journal and audit log tell both.
    /// </summary>
    private static IEnumerable<Change> Record(Approval approval, Approval? earlier) =>
        approval.Verdict == Verdict.Rejected && earlier is not null ? [] : [new Change.RecordApproval(approval, earlier?.Id)];

    private static Approval? Earlier(GateReading reading, Approval approval) => reading.Input!.Approvals.FirstOrDefault(earlier => IsSame(earlier, approval));

    private static bool IsSame(Approval earlier, Approval approval) =>
        earlier.Digest == approval.Digest && string.Equals(earlier.User, approval.User, StringComparison.Ordinal)
        && string.Equals(earlier.Role, approval.Role, StringComparison.Ordinal)
        && string.Equals(earlier.PolicyRevision, approval.PolicyRevision, StringComparison.Ordinal);

    /// <summary>The gates are evaluated with this approval among the others, so that the yes takes effect in the commit that records it.</summary>
    private DeploymentEvent Event(GateReading reading, Approval approval)
    {
        if (approval.Verdict == Verdict.Rejected) return new DeploymentEvent.Rejected(approval.At, approval.User, approval.Role, approval.Comment);
        var input = reading.Input! with { Approvals = [.. reading.Input.Approvals.Where(earlier => !IsSame(earlier, approval)), approval] };
        return evaluations.Evaluated(reading with { Input = input, Gates = GateEvaluator.Evaluate(input) });
    }

    private Approval Approval(Deployment deployment, GateReading reading, string user, string role, string? comment, Verdict verdict)
    {
        var now = time.GetUtcNow();
        return new Approval
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Deployment = deployment.Id, Key = deployment.Key, Digest = deployment.Digest,
            PolicyRevision = reading.PolicyRevision, Role = role, User = user, Verdict = verdict, Comment = comment, At = now,
        };
    }

    private static string Action(Verdict verdict) => verdict switch
    {
        Verdict.Approved => "approval.given",
        Verdict.Rejected => "approval.refused",
    };

    private static JsonObject Details(Approval approval) => new()
    {
        ["role"] = approval.Role, ["digest"] = approval.Digest.Value, ["policy_revision"] = approval.PolicyRevision, ["comment"] = approval.Comment,
    };
}
