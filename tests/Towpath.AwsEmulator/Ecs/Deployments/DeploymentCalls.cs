using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Deployments;

/// <summary>Calls about service deployments and service revisions.</summary>
internal static class DeploymentCalls
{
    private const int DescribedAtOnce = 20;

    public static JsonObject List(EcsCall call)
    {
        var service = ServiceOf(call);
        var statuses = call.Input.Strings("status");
        var created = call.Input.Member("createdAt");
        var seen = service.History.Where(Visible).Where(made => statuses.Count == 0 || statuses.Contains(made.Status))
            .Where(made => created?.Moment("after") is not { } after || made.CreatedAt >= after)
            .Where(made => created?.Moment("before") is not { } before || made.CreatedAt <= before).ToList();
        var (page, next) = Pages.Of(seen, call.Input, 20);
        return Json.Object(("serviceDeployments", Json.Array(page.Select(DeploymentView.Brief))), ("nextToken", next));
    }

    public static JsonObject Describe(EcsCall call)
    {
        var found = Arns(call, "serviceDeploymentArns").Select(arn => (Arn: arn, Made: Find(call, arn))).ToList();
        return Json.Object(
            ("serviceDeployments", Json.Array(found.Where(each => each.Made is not null).Select(each => DeploymentView.Of(each.Made!)))),
            ("failures", Json.Array(found.Where(each => each.Made is null).Select(each => ClusterCalls.Missing(call, "service-deployment", each.Arn)))));
    }

    public static JsonObject DescribeRevisions(EcsCall call)
    {
        var found = Arns(call, "serviceRevisionArns").Select(arn =>
            (Arn: arn, Revision: call.Ecs.ServiceOf(arn, "service-revision")?.Revisions.FirstOrDefault(each => each.Arn == arn))).ToList();
        return Json.Object(
            ("serviceRevisions", Json.Array(found.Where(each => each.Revision is not null).Select(each => DeploymentView.Of(each.Revision!)))),
            ("failures", Json.Array(found.Where(each => each.Revision is null).Select(each => ClusterCalls.Missing(call, "service-revision", each.Arn)))));
    }

    public static JsonObject Stop(EcsCall call)
    {
        var made = Required(call);
        if (made.Status is not ("PENDING" or "IN_PROGRESS") || made.Service.Rollout?.Made != made)
            throw EcsFaults.Conflict($"The service deployment cannot be stopped because it is in the {made.Status} state.");
        made.Service.Rollout.StopByHand(call.Input.Text("stopType") ?? "ROLLBACK");
        return Json.Object(("serviceDeploymentArn", made.Arn));
    }

    public static JsonObject Continue(EcsCall call)
    {
        var made = Required(call);
        var hookId = call.Required("hookId");
        if (made.Service.Rollout is not { } rollout || rollout.Made != made)
            throw EcsFaults.Invalid($"The lifecycle hook {hookId} is not waiting for an action.");
        rollout.Continue(hookId, call.Input.Text("action") == "ROLLBACK");
        return Json.Object(("serviceDeploymentArn", made.Arn));
    }

    private static bool Visible(ServiceDeployment made)
    {
        if (made.HiddenFor <= 0) return true;
        made.HiddenFor--;
        return false;
    }

    private static Services.EcsService ServiceOf(EcsCall call) => call.Cluster.Service(call.Required("service"));

    private static IReadOnlyList<string> Arns(EcsCall call, string name)
    {
        var arns = call.Input.Strings(name);
        if (arns.Count is 0 or > DescribedAtOnce) throw EcsFaults.Invalid($"{name} must have between 1 and {DescribedAtOnce} elements.");
        return arns;
    }

    private static ServiceDeployment Required(EcsCall call) =>
        Find(call, call.Required("serviceDeploymentArn")) ?? throw EcsFaults.ServiceDeploymentNotFound();

    private static ServiceDeployment? Find(EcsCall call, string arn) =>
        call.Ecs.ServiceOf(arn, "service-deployment")?.History.FirstOrDefault(made => made.Arn == arn);
}
