using System.Text.Json.Nodes;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.ElasticLoadBalancing;

/// <summary>Target groups, listeners and rules, to look at. Source: Elastic Load Balancing API Reference, version 2015-12-01.</summary>
internal sealed class LoadBalancingApi : QueryService, ISeededService
{
    private readonly EmulatorWorld _world;

    public LoadBalancingApi(EmulatorWorld world) : base("elasticloadbalancing", "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/")
    {
        _world = world;
        void Do(string operation, Func<Region, QueryInput, XElement?> handle) => On(operation, (input, caller) =>
            world.Estate().Look(estate => handle(estate.In(caller.Account, caller.Region), input)));
        Do("DescribeTargetGroups", TargetGroups);
        Do("DescribeTargetHealth", TargetHealth);
        Do("DescribeListeners", Listeners);
        Do("DescribeRules", Rules);
    }

    /// <summary><c>{ "targetGroups": [{ "name": "web", "port": 8080, "state": "unhealthy" }] }</c></summary>
    public void Seed(JsonObject state, string account, string region) => _world.Estate().Change(estate =>
    {
        foreach (var group in state.Items("targetGroups"))
            estate.In(account, region).LoadBalancing.Add(group.Text("name")!, group.Number("port") ?? 80).State = group.Text("state");
    });

    private static XElement TargetGroups(Region region, QueryInput input)
    {
        var (arns, names, balancer) = (input.List("TargetGroupArns"), input.List("Names"), input.Get("LoadBalancerArn"));
        var found = region.LoadBalancing.TargetGroups.Where(group =>
            (arns.Count == 0 || arns.Contains(group.Arn)) && (names.Count == 0 || names.Contains(group.Name)) && (balancer is null || group.LoadBalancerArn == balancer)).ToList();
        if (found.Count < Math.Max(arns.Count, names.Count)) throw GroupNotFound();
        return Result(new XElement("TargetGroups", found.Select(Write)));
    }

    private static XElement TargetHealth(Region region, QueryInput input)
    {
        var arn = input.Required("TargetGroupArn");
        var group = region.LoadBalancing.TargetGroups.FirstOrDefault(each => each.Arn == arn) ?? throw GroupNotFound();
        return Result(new XElement("TargetHealthDescriptions", region.LoadBalancing.Targets(group).Select(target => new XElement("member",
            new XElement("Target", new XElement("Id", target.Id), new XElement("Port", target.Port)),
            new XElement("HealthCheckPort", target.Port),
            new XElement("TargetHealth", new XElement("State", target.State), ReasonOf(target.State))))));
    }

    private static XElement Listeners(Region region, QueryInput input)
    {
        var (arns, balancer) = (input.List("ListenerArns"), input.Get("LoadBalancerArn"));
        var found = region.LoadBalancing.Listeners.Where(each =>
            (arns.Count == 0 || arns.Contains(each.Arn)) && (balancer is null || each.ForwardsTo.LoadBalancerArn == balancer));
        return Result(new XElement("Listeners", found.Select(listener => new XElement("member",
            new XElement("ListenerArn", listener.Arn), new XElement("LoadBalancerArn", listener.ForwardsTo.LoadBalancerArn),
            new XElement("Port", listener.Port), new XElement("Protocol", "HTTP"), new XElement("DefaultActions", Forward(listener))))));
    }

    private static XElement Rules(Region region, QueryInput input)
    {
        var (arn, arns) = (input.Get("ListenerArn"), input.List("RuleArns"));
        var found = region.LoadBalancing.Listeners.Where(each => (arn is null || each.Arn == arn) && (arns.Count == 0 || arns.Contains(RuleOf(each))));
        return Result(new XElement("Rules", found.Select(listener => new XElement("member",
            new XElement("RuleArn", RuleOf(listener)), new XElement("Priority", "default"), new XElement("IsDefault", "true"),
            new XElement("Conditions"), new XElement("Actions", Forward(listener))))));
    }

    private static string RuleOf(Listener listener) => listener.Arn.Replace(":listener/", ":listener-rule/", StringComparison.Ordinal) + "/" + listener.Arn[^16..];

    private static XElement Forward(Listener listener) => new("member",
        new XElement("Type", "forward"), new XElement("TargetGroupArn", listener.ForwardsTo.Arn), new XElement("Order", 1),
        new XElement("ForwardConfig", new XElement("TargetGroups",
            new XElement("member", new XElement("TargetGroupArn", listener.ForwardsTo.Arn), new XElement("Weight", 1)))));

    private static XElement Write(TargetGroup group) => new("member",
        new XElement("TargetGroupArn", group.Arn),
        new XElement("TargetGroupName", group.Name),
        new XElement("Protocol", "HTTP"),
        new XElement("Port", group.Port),
        new XElement("VpcId", "vpc-1"),
        new XElement("HealthCheckProtocol", "HTTP"),
        new XElement("HealthCheckPort", "traffic-port"),
        new XElement("HealthCheckEnabled", "true"),
        new XElement("HealthCheckIntervalSeconds", 30),
        new XElement("HealthCheckTimeoutSeconds", 5),
        new XElement("HealthyThresholdCount", 5),
        new XElement("UnhealthyThresholdCount", 2),
        new XElement("HealthCheckPath", "/"),
        new XElement("Matcher", new XElement("HttpCode", "200")),
        new XElement("LoadBalancerArns", new XElement("member", group.LoadBalancerArn)),
        new XElement("TargetType", "ip"));

    private static XElement? ReasonOf(string state) => state switch
    {
        "initial" => new XElement("Reason", "Elb.RegistrationInProgress"),
        "unhealthy" => new XElement("Reason", "Target.FailedHealthChecks"),
        "draining" => new XElement("Reason", "Target.DeregistrationInProgress"),
        _ => null,
    };

    private static AwsFault GroupNotFound() => new("TargetGroupNotFound", "One or more target groups not found");
}
