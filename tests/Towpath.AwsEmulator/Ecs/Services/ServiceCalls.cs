using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Services;

/// <summary>Calls about services.</summary>
internal static class ServiceCalls
{
    private const int DescribedAtOnce = 10;

    public static JsonObject Create(EcsCall call)
    {
        var cluster = call.Cluster;
        var name = call.Required("serviceName");
        if (cluster.Services.GetValueOrDefault(name) is { Status: "ACTIVE" }) throw EcsFaults.Invalid("Creation of service was not idempotent.");
        var definition = call.Ecs.TaskDefinitions.Usable(call.Required("taskDefinition"));
        var settings = ServiceSettings.Of(call.Input);
        ServiceRules.Check(settings, definition);
        var service = new EcsService(cluster, name) { CreatedBy = call.Caller.Arn, Settings = settings, DesiredCount = call.Input.Number("desiredCount") ?? 1 };
        service.Tags.Add(call.Input.Items("tags"));
        cluster.Services[name] = service;
        service.Deploy(definition, call.Ecs.Region.Estate.Script.NextRollout(cluster.Name, name));
        return Json.Object(("service", ServiceView.Of(service, true)));
    }

    public static JsonObject Update(EcsCall call)
    {
        var service = call.Cluster.Service(call.Required("service"));
        if (service.Status != "ACTIVE") throw EcsFaults.ServiceNotActive();
        var running = service.Deployments[0].Revision.Definition;
        var definition = call.Input.Text("taskDefinition") is { } reference ? call.Ecs.TaskDefinitions.Usable(reference) : running;
        var (settings, changed) = ServiceSettings.Updated(service, call.Input);
        ServiceRules.Check(settings, definition);
        var before = ServiceView.Of(service, true);
        service.Settings = settings;
        if (call.Input.Number("desiredCount") is { } desired) service.Scale(desired);
        if (changed || definition != running || call.Input.Flag("forceNewDeployment")) Deploy(call, service, definition, before);
        return Json.Object(("service", ServiceView.Of(service, true)));
    }

    public static JsonObject Describe(EcsCall call)
    {
        var cluster = call.Cluster;
        var names = call.Input.Strings("services");
        if (names.Count == 0) throw EcsFaults.Invalid("Services cannot be empty.");
        if (names.Count > DescribedAtOnce) throw EcsFaults.Invalid("Services list cannot have more than 10 elements.");
        var withTags = call.Input.Strings("include").Contains("TAGS");
        var found = names.Select(name => (Name: name, Service: cluster.Find(name))).ToList();
        return Json.Object(
            ("services", Json.Array(found.Where(each => each.Service is not null).Select(each => Seen(each.Service!, withTags)))),
            ("failures", Json.Array(found.Where(each => each.Service is null).Select(each => ClusterCalls.Missing(call, $"service/{cluster.Name}", each.Name)))));
    }

    public static JsonObject Delete(EcsCall call)
    {
        var service = call.Cluster.Service(call.Required("service"));
        if (service.Status != "ACTIVE") throw EcsFaults.ServiceNotActive();
        if (service.DesiredCount > 0 && !call.Input.Flag("force"))
            throw EcsFaults.Invalid("The service cannot be stopped while it is scaled above 0.");
        service.Rollout?.Supersede();
        foreach (var deployment in service.Deployments) deployment.Fleet?.Drain();
        service.DesiredCount = 0;
        service.Status = "INACTIVE";
        return Json.Object(("service", ServiceView.Of(service, true)));
    }

    public static JsonObject List(EcsCall call)
    {
        var arns = call.Cluster.Services.Values.Where(service => service.Status == "ACTIVE")
            .Where(service => call.Input.Text("launchType") is not { } launchType || service.LaunchType == launchType)
            .Select(service => service.Arn).ToList();
        var (page, next) = Pages.Of(arns, call.Input, 10);
        return Json.Object(("serviceArns", Json.Texts(page)), ("nextToken", next));
    }

    private static void Deploy(EcsCall call, EcsService service, TaskDefinitions.TaskDefinition definition, JsonObject before)
    {
        var script = call.Ecs.Region.Estate.Script.NextRollout(service.Cluster.Name, service.Name);
        if (script.StaleDescribes > 0) service.Stale = (before, script.StaleDescribes);
        service.Deploy(definition, script);
    }

    private static JsonObject Seen(EcsService service, bool withTags)
    {
        if (service.Stale is not ({ } view, > 0 and var calls)) return ServiceView.Of(service, withTags);
        service.Stale = (view, calls - 1);
        return view;
    }
}
