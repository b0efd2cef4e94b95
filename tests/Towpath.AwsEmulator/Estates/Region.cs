using Towpath.AwsEmulator.CloudWatch;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Ecs;
using Towpath.AwsEmulator.ElasticLoadBalancing;
using Towpath.AwsEmulator.EventBridge;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.Logs;

namespace Towpath.AwsEmulator.Estates;

/// <summary>One account in one region.</summary>
public sealed class Region
{
    public Region(Estate estate, string account, string name)
    {
        (Estate, Account, Name) = (estate, account, name);
        Ecs = new EcsRegion(this);
        Ecr = new EcrRegion(this);
        Logs = new LogsRegion(this);
        Alarms = new AlarmsRegion(this);
        Lambda = new LambdaRegion(this);
        Events = new EventsRegion(this);
        LoadBalancing = new LoadBalancingRegion(this);
    }

    public Estate Estate { get; }
    public string Account { get; }
    public string Name { get; }
    public DateTimeOffset Now => Estate.Timeline.Now;
    public EcsRegion Ecs { get; }
    public EcrRegion Ecr { get; }
    public LogsRegion Logs { get; }
    public AlarmsRegion Alarms { get; }
    public LambdaRegion Lambda { get; }
    public EventsRegion Events { get; }
    public LoadBalancingRegion LoadBalancing { get; }

    /// <summary>The ARN of something of this account in this region.</summary>
    public string Arn(string service, string resource) => $"arn:aws:{service}:{Name}:{Account}:{resource}";
}
