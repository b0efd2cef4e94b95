using System.Globalization;
using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Small things to store.</summary>
internal static class Given
{
    public static readonly EnvironmentKey Production = new("shop", "production");
    public static readonly DateTimeOffset At = VirtualTime.Start;

    public static string Id(int number) => number.ToString("x32", CultureInfo.InvariantCulture);

    public static Deployment Deployment(int number, Phase phase = Phase.Waiting, string environment = "production", string version = "v1") => new()
    {
        Id = new DeploymentId(Id(number)),
        Key = new EnvironmentKey("shop", environment),
        BuildId = Id(1000),
        Commit = "2222222222222222222222222222222222222222",
        Version = version,
        Digest = Digest.Of(version),
        Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", Digest.Of(version), 12)],
        Origin = Origin.Manual,
        RequestedBy = "kim",
        RequestedAt = At.AddSeconds(number),
        Phase = phase,
    };

    public static Build Build(int number, string version, string application = "shop") => new()
    {
        Id = Id(number),
        Application = application,
        Commit = "2222222222222222222222222222222222222222",
        Version = version,
        Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", Digest.Of(version))],
        Digest = Digest.Of(version),
        ReportedBy = "ci",
        ReportedAt = At.AddMinutes(number),
    };

    public static Approval Approval(int number, string user, string role = "staff", string policy = "p1") => new()
    {
        Id = Id(number),
        Deployment = new DeploymentId(Id(1)),
        Key = Production,
        Digest = Digest.Of("v1"),
        PolicyRevision = policy,
        Role = role,
        User = user,
        Verdict = Verdict.Approved,
        At = At.AddSeconds(number),
    };

    public static AuditEntry Audit(int number, string? application = "shop", int? deployment = null) => new()
    {
        Id = Id(number),
        At = At.AddSeconds(number),
        Actor = "kim",
        Action = "deployment.requested",
        Application = application,
        Deployment = deployment is { } d ? new DeploymentId(Id(d)) : null,
        Details = """{"n":1}""",
    };

    public static WorkItem Row(string subject, string queue = "shop/production", string? capability = null, TimeSpan delay = default) => new()
    {
        Kind = "deployment",
        Queue = queue,
        Subject = subject,
        Capability = capability,
        Delay = delay,
    };

    public static NodeIdentity Node(string name = "n1", params string[] capabilities) => new(name, name, capabilities, NodeIdentity.DefaultLease);
}
