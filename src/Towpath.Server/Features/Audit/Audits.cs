using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.Audit;

/// <summary>Audit rows of what people do here; the rows of transitions come from the engine.</summary>
public sealed class Audits(TimeProvider time)
{
    public Change Of(string actor, string action, JsonObject details) => Row(actor, action, details, null, null, null);

    public Change Of(string actor, string action, string application, JsonObject details) => Row(actor, action, details, application, null, null);

    public Change Of(string actor, string action, EnvironmentKey key, JsonObject details) => Row(actor, action, details, key.Application, key.Environment, null);

    public Change Of(string actor, string action, Deployment deployment, JsonObject details) =>
        Row(actor, action, details, deployment.Key.Application, deployment.Key.Environment, deployment.Id);

    private Change.AppendAudit Row(string actor, string action, JsonObject details, string? application, string? environment, DeploymentId? deployment)
    {
        var now = time.GetUtcNow();
        return new Change.AppendAudit(new AuditEntry
        {
            Id = Guid.CreateVersion7(now).ToString("N"), At = now, Actor = actor, Action = action,
            Application = application, Environment = environment, Deployment = deployment, Details = details.ToJsonString(),
        });
    }
}
