using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Deployments;

namespace Towpath.Core.Audit;

/// <summary>Which transitions are worth a line in the audit log, and what the line says.</summary>
public static class AuditTrail
{
    public const string Towpath = "towpath";

    /// <summary>Null for transitions that only the journal keeps: steps, progress, and gates that stay closed.</summary>
    public static AuditEntry? For(Deployment before, Next next, string id)
    {
        if (Action(before.Phase, next) is not { } action) return null;
        var after = next.Deployment;
        return new AuditEntry
        {
            Id = id,
            At = next.Event.At,
            Actor = Actor(next),
            Action = action,
            Application = after.Key.Application,
            Environment = after.Key.Environment,
            Deployment = after.Id,
            Details = Details(after, next.Event),
        };
    }

    private static string? Action(Phase before, Next next) => next.Event switch
    {
        DeploymentEvent.Requested => "deployment.requested",
        DeploymentEvent.CancelRequested => "deployment.cancel_requested",
        DeploymentEvent.Rejected => "deployment.rejected",
        DeploymentEvent.Retried => "deployment.retried",
        DeploymentEvent.Started => "deployment.started",
        DeploymentEvent.Adopted => "deployment.adopted",
        DeploymentEvent.HandsJoined => "deployment.hands_joined",
        _ when before == next.Deployment.Phase => null,
        _ => $"deployment.{JsonNamingPolicy.SnakeCaseLower.ConvertName(next.Deployment.Phase.ToString())}",
    };

    private static string Actor(Next next) => next.Event switch
    {
        DeploymentEvent.Requested e => e.By,
        DeploymentEvent.CancelRequested e => e.By,
        DeploymentEvent.Rejected e => e.By,
        DeploymentEvent.Retried e => e.By,
        DeploymentEvent.Adopted e => e.By,
        _ => Towpath,
    };

    private static string Details(Deployment after, DeploymentEvent happened)
    {
        var details = new JsonObject
        {
            ["version"] = after.Version,
            ["digest"] = after.Digest.Value,
            ["commit"] = after.Commit,
            ["origin"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(after.Origin.ToString()),
        };
        if (after.PolicyRevision.Length > 0) details["policy_revision"] = after.PolicyRevision;
        if (after.PolicySource is { } source) details["policy_source"] = source;
        if ((after.Outcome ?? after.Attention?.Reason ?? after.Reason) is { } why) details["reason"] = why;
        if (happened is DeploymentEvent.Requested) details["requested_at"] = after.RequestedAt.ToString("O");
        if (happened is DeploymentEvent.Adopted { Since: { } since }) details["since"] = since.ToString("O");
        if (happened is DeploymentEvent.HandsJoined { Hands: var hands }) details["hands"] = new JsonArray([.. hands.Select(hand => JsonValue.Create(hand))]);
        // A start is a decision: the tree that allowed it is part of the record.
        if (happened is DeploymentEvent.Started or DeploymentEvent.GatesEvaluated && after.Gates is { } gates)
            details["gates"] = JsonSerializer.SerializeToNode(gates, CoreJson.Default.GateResult);
        return details.ToJsonString();
    }
}
