using System.Text.Json.Serialization.Metadata;
using Towpath.Cli.Output;
using Towpath.Cli.Tests.Processes;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Testing;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>What anybody wrote on GitHub comes into a person's terminal: it neither steers that nor passes for a line of our own. Tried on the real process.</summary>
[Trait("Attack", "terminal escapes")]
public sealed class HostileAnswerTests
{
    private static readonly string[] Written = [.. Hostile.Messages, .. Hostile.Refs];
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int> Calls => new()
    {
        // As many lines as there are things; a heading over tables.
        { "status", Written.Length + 1 }, { "history web", Written.Length + 1 }, { "logs 12345678", Written.Length }, { "deliveries list", Written.Length + 1 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Line_stays_one_line_that_does_nothing(string command, int lines)
    {
        var ran = await RunAsync(command);

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.All((ran.Output + ran.Error).Split('\n'), line => Assert.Null(Hostile.SteeringIn(line)));
        Assert.Equal(lines, ran.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("$(id)`id`;rm -rf / | cat & $HOME", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payload_keeps_its_lines_and_does_nothing()
    {
        var ran = await RunAsync("deliveries show 72d3162e-cc78-11e3-81ab-4c9367dc0958");

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.All((ran.Output + ran.Error).Split('\n'), line => Assert.Null(Hostile.SteeringIn(line.Replace('\t', ' '))));
        Assert.Contains("one\nerror: two\n", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_that_is_shown_before_anything_is_done_is_no_way_around_it()
    {
        foreach (var hostile in Written)
        {
            using var output = new StringWriter { NewLine = "\n" };
            new PlanText(new Paint(false)).Write(output, new PlanView(
                hostile, hostile, hostile, [new ArtifactLine(hostile, hostile, Digest.Of("x"))], hostile, [new Difference(hostile, hostile, null, "x")],
                [new PlanLine(hostile, hostile, Stage.Deploy, false, [])], [new PlanLine(hostile, hostile, Stage.Deploy, false, [])]));
            Assert.All(output.ToString().Split('\n'), line => Assert.Null(Hostile.SteeringIn(line)));
            Assert.Equal(6, output.ToString().TrimEnd('\n').Split('\n').Length);
        }
    }

    private static async Task<Ran> RunAsync(string command)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        Answer(app, "board", new BoardView([new BoardApplication("web", "Web", [.. Written.Select(Environment)])], []), ApiJson.Default.BoardView);
        Answer(app, "deployments", new DeploymentList([.. Written.Select(Deployment)]), ApiJson.Default.DeploymentList);
        Answer(app, "deployments/12345678", View, ApiJson.Default.DeploymentView);
        Answer(app, "deployments/12345678/log", new LogPage([.. Written.Select((text, i) => new LogLine(i + 1, At, text, text))], true), ApiJson.Default.LogPage);
        Answer(app, "github/deliveries", new DeliveryList([.. Written.Select(Delivery)]), ApiJson.Default.DeliveryList);
        Answer(app, "github/deliveries/{guid}", new DeliveryDetail(Delivery(Written[0]), string.Concat(Written), string.Join('\n', Written) + "\n", true), ApiJson.Default.DeliveryDetail);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        return await TowpathProcess.RunAsync(folder.Path, new Dictionary<string, string?>(StringComparer.Ordinal) { ["TOWPATH_URL"] = app.Urls.First() }, command.Split(' '));
    }

    private static void Answer<T>(WebApplication app, string path, T value, JsonTypeInfo<T> type) => app.MapGet("/api/v1/" + path, http => http.Response.WriteAsJsonAsync(value, type));

    private static DeploymentSummary Deployment(string hostile) => new()
    {
        Id = "0123456789abcdef0123456789abcdef", Application = hostile, Environment = hostile, Version = hostile, Digest = Digest.Of("x"), Phase = Phase.Failed, Origin = Origin.Manual,
        RequestedBy = hostile, RequestedAt = At, PhaseSince = At, Outcome = hostile, Url = "https://towpath.example.com/",
    };

    private static DeploymentView View { get; } = new()
    {
        Id = "12345678", Application = "web", Environment = "dev", Version = "v1", Digest = Digest.Of("x"), Phase = Phase.Succeeded, Origin = Origin.Manual, RequestedBy = "kim", RequestedAt = At,
        PhaseSince = At, Url = "https://towpath.example.com/", Commit = "a", BuildId = "b", PolicyRevision = "p", Explanation = [], Steps = [], RollbackSteps = [], Approvals = [],
    };

    private static EnvironmentView Environment(string hostile) => new()
    {
        Application = hostile, Name = hostile, Health = Health.Healthy, Running = new RunningVersion(new DeploymentId("a"), "b", hostile, Digest.Of("x"), At), Waiting = [Deployment(hostile)],
        Lock = new EnvironmentLock(hostile, hostile, At, null), Suspension = new Suspension(new DeploymentId("a"), hostile, At), Problem = hostile,
        Watch = new WatchView { Application = hostile, Environment = hostile, Ref = "refs/heads/" + hostile, Commit = "0123456789abcdef", Since = At, State = "waiting", WaitsFor = hostile },
    };

    private static DeliveryView Delivery(string hostile) => new()
    {
        Guid = Guid.Parse("72d3162e-cc78-11e3-81ab-4c9367dc0958"), Event = hostile, Action = hostile, ReceivedAt = At, State = DeliveryState.NotUnderstood, Note = hostile, Length = 1,
    };
}
