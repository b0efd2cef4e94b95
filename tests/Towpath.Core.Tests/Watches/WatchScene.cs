using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Core.Tests.Gates;
using Towpath.Core.Watches;
using Towpath.Testing;

namespace Towpath.Core.Tests.Watches;

/// <summary>A push of commit <c>aaaaaaa</c> to main at 09:00, watched for web/dev, and what was heard since. Everything lies on whole minutes.</summary>
internal sealed record WatchScene
{
    public const string Main = "refs/heads/main";

    public static readonly EnvironmentKey Dev = new("web", "dev");

    public IReadOnlyList<RefFact> Refs { get; init; } = [];
    public IReadOnlyList<CommitFact> Checks { get; init; } = [];
    public IReadOnlyList<AttemptFact> Attempts { get; init; } = [];
    public RequiredChecks? Required { get; init; } = RequiredChecks.Every;
    public EnvironmentLock? Lock { get; init; }
    public IReadOnlyList<ApprovalRule> Approvals { get; init; } = [];
    public string? RefUnavailable { get; init; }
    public string? ChecksUnavailable { get; init; }

    public static DateTimeOffset At(int minute) => VirtualTime.Start.AddMinutes(minute);

    public static Watch WatchOf(string sha) => new(7, sha, Main, Dev);

    public WatchScene Pushed(string? sha, int minute) => this with { Refs = [.. Refs, new RefFact(7, Main, sha, At(minute))] };

    public WatchScene Checked(string name, string said, int minute, long id = 1) =>
        With(CommitFactKind.Check, "github-actions", name, said, minute, id);

    public WatchScene Status(string name, string said, int minute, long id = 1) =>
        With(CommitFactKind.Status, "", name, said, minute, id);

    public WatchScene Tried(Phase phase, int minute, string? why = null) =>
        this with { Attempts = [.. Attempts, new AttemptFact(new DeploymentId($"{Attempts.Count + 1:x32}"), phase, At(minute), why)] };

    public WatchScene Locked(int? untilMinute = null) =>
        this with { Lock = new EnvironmentLock("ana", "load test", At(0), untilMinute is { } minute ? At(minute) : null) };

    public WatchScene Needs(RequiredChecks? required) => this with { Required = required };

    public WatchDecision Evaluate(string sha = "aaaaaaa111", int now = 30) => WatchEvaluator.Evaluate(WatchOf(sha), new WatchFacts
    {
        Stand = Stand,
        Attempts = Attempts,
        RefUnavailable = RefUnavailable,
        Gates = GateEvaluator.Evaluate(new GateInput
        {
            Now = At(now),
            Key = Dev,
            Environment = new EnvironmentSpec { Name = "dev", Target = new TargetSpec("github", new JsonObject()), RequiredChecks = Required, Approvals = Approvals },
            PolicyRevision = "policy-1",
            Organization = Organization.Empty,
            Digest = Digest.Of(sha),
            Origin = Origin.Automatic,
            RequestedBy = "github",
            Lock = Lock,
            Checks = new CommitChecks(sha, Checks) { Unavailable = ChecksUnavailable },
        }),
    });

    /// <summary>Where main stands by all that was heard.</summary>
    public RefFact? Stand => Refs.Count == 0 ? null : Refs.Aggregate(RefFact.Newest);

    public IReadOnlyList<CommitFact> NewestChecks => new CommitChecks("", Checks).Newest();

    public string InWords()
    {
        var decision = Evaluate();
        return $"{decision.Outcome.ToString().ToLowerInvariant()}: {GateScene.InWords(decision.Why)}";
    }

    private WatchScene With(CommitFactKind kind, string app, string name, string said, int minute, long id) => this with
    {
        Checks = [.. Checks, new CommitFact { RepositoryId = 7, Sha = "", Kind = kind, App = app, Name = name, State = said, At = At(minute), Id = id }],
    };
}
