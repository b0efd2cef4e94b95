using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

[Trait("Row", "T16")]
public sealed class AdoptionTests
{
    private const string Free = "/api/v1/applications/web/environments/free";
    private static readonly Digest Digest = Digest.Of("what runs");
    private static readonly DateTimeOffset Since = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task Running_target_becomes_the_known_good_state_without_a_deployment()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Say(new Observation { Health = TargetHealth.Healthy, Summary = "it serves", Version = "v7", Since = Since, Artifacts = [Site(Digest)] });

        var adopted = await server.PostAsync<AdoptionView>("dev", $"{Free}/adopt", expected: HttpStatusCode.Created);

        Assert.Equal(("v7", Digest, Since, false), (adopted.Version, adopted.Digest, adopted.Since, adopted.Already));
        var view = await server.GetAsync<DeploymentView>("vera", $"/api/v1/deployments/{adopted.Deployment}");
        Assert.Equal((Phase.Succeeded, Origin.Adopted, "dev", "it serves", 0), (view.Phase, view.Origin, view.RequestedBy, view.Reason, view.Steps.Count));
        var application = await server.GetAsync<ApplicationView>("vera", "/api/v1/applications/web");
        var free = application.Environments.Single(e => e.Name == "free");
        Assert.Equal((Health.Healthy, "v7", "v7", Since), (free.Health, free.Running!.Version, free.KnownGood!.Version, free.Running.Since));
        Assert.Equal("adopted by dev", application.Builds.Single().ReportedBy);
        Assert.Equal(2, (await server.GetAsync<JournalView>("vera", $"/api/v1/deployments/{adopted.Deployment}/journal")).Entries.Count);
        await AuditedAsync(server, adopted.Deployment);
    }

    [Fact]
    public async Task Same_state_adopted_again_is_said_to_be_known_good_already()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Healthy(Digest);
        var first = await server.PostAsync<AdoptionView>("dev", $"{Free}/adopt", expected: HttpStatusCode.Created);

        var again = await server.PostAsync<AdoptionView>("dora", $"{Free}/adopt");

        Assert.Equal((true, first.Deployment, first.Version), (again.Already, again.Deployment, again.Version));
        Assert.Single((await server.GetAsync<DeploymentList>("vera", "/api/v1/deployments?application=web&environment=free")).Deployments);
    }

    [Fact]
    public async Task Bytes_that_ci_reported_keep_the_build_and_the_version_that_they_were_reported_under()
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync();
        server.Target.Says = (_, _) => Healthy(build.Digest);

        var adopted = await server.PostAsync<AdoptionView>("dev", $"{Free}/adopt", expected: HttpStatusCode.Created);

        Assert.Equal(build.Version, adopted.Version);
        Assert.Single((await server.GetAsync<BuildList>("vera", "/api/v1/applications/web/builds")).Builds);
    }

    [Fact]
    public async Task Label_that_other_bytes_have_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync();
        server.Target.Says = (_, _) => Healthy(Digest);

        await server.RefusedAsync("dev", HttpMethod.Post, $"{Free}/adopt", new { version = build.Version }, HttpStatusCode.Conflict, "version_taken");
        await server.RefusedAsync("dev", HttpMethod.Post, $"{Free}/adopt", new { version = "../x" }, HttpStatusCode.UnprocessableEntity, "bad_version");
        Assert.Equal("v8", (await server.PostAsync<AdoptionView>("dev", $"{Free}/adopt", new { version = "v8" }, HttpStatusCode.Created)).Version);
    }

    [Theory]
    [InlineData(TargetHealth.Nothing, "nothing_runs")]
    [InlineData(TargetHealth.Unhealthy, "unhealthy")]
    [InlineData(TargetHealth.Changing, "changing")]
    public async Task Target_that_runs_nothing_good_is_not_adopted(TargetHealth health, string code)
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Say(new Observation { Health = health, Summary = "as told", Artifacts = [Site(Digest)] });

        await server.RefusedAsync("dev", HttpMethod.Post, $"{Free}/adopt", null, HttpStatusCode.Conflict, code);
    }

    [Fact]
    public async Task Target_that_names_no_digest_is_not_adopted()
    {
        await using var server = await TestServer.StartAsync();

        await server.RefusedAsync("dev", HttpMethod.Post, $"{Free}/adopt", null, HttpStatusCode.Conflict, "no_digest");
    }

    [Theory]
    [InlineData(Core.Targets.RefusalKind.Wrong, HttpStatusCode.UnprocessableEntity, "target_refused")]
    [InlineData(Core.Targets.RefusalKind.NotAllowed, HttpStatusCode.UnprocessableEntity, "target_denied")]
    [InlineData(Core.Targets.RefusalKind.Technical, HttpStatusCode.BadGateway, "unreachable_target")]
    public async Task Target_that_cannot_be_asked_is_not_adopted(Core.Targets.RefusalKind kind, HttpStatusCode status, string code)
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Task.FromResult<ObserveResult>(new ObserveResult.Refused("no", kind));

        await server.RefusedAsync("dev", HttpMethod.Post, $"{Free}/adopt", null, status, code);
    }

    [Fact]
    public async Task What_is_deployed_while_the_target_is_looked_at_is_not_overwritten()
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync();
        var looks = 0;
        server.Target.Says = async (_, _) =>
        {
            // The first look is old before its answer is there.
            if (Interlocked.Increment(ref looks) > 1) return await Healthy(build.Digest);
            await server.PromoteAsync("free");
            await server.UntilSucceededAsync("free");
            return await Healthy(Digest);
        };

        var adopted = await server.PostAsync<AdoptionView>("dev", $"{Free}/adopt");

        Assert.Equal((true, build.Version, 2), (adopted.Already, adopted.Version, looks));
        Assert.Single((await server.GetAsync<DeploymentList>("vera", "/api/v1/deployments?application=web&environment=free")).Deployments);
    }

    [Fact]
    public async Task Adopted_version_can_be_promoted_further_by_what_it_is()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Healthy(Digest);
        var adopted = await server.PostAsync<AdoptionView>("dev", "/api/v1/applications/web/environments/dev/adopt", new { version = "v1" }, HttpStatusCode.Created);

        var staging = await server.PromoteAsync("staging", version: adopted.Version);

        Assert.Contains(staging.Explanation, line => line.Open && line.Text.Contains("succeeded in dev", StringComparison.Ordinal));
    }

    private static async Task AuditedAsync(TestServer server, string deployment)
    {
        var entries = await server.Store.Audit.RecentAsync("web", null, 10, CancellationToken.None);
        var adopted = Assert.Single(entries, e => e.Action == "deployment.adopted");
        Assert.Equal(("dev", deployment, "free"), (adopted.Actor, adopted.Deployment!.Value.Value, adopted.Environment));
        Assert.Contains(Digest.Value, adopted.Details, StringComparison.Ordinal);
        Assert.Contains("it serves", adopted.Details, StringComparison.Ordinal);
        Assert.Contains("2026-01-02T03:04:05", adopted.Details, StringComparison.Ordinal);
        Assert.Contains(entries, e => e.Action == "build.adopted" && e.Actor == "dev");
    }

    private static Task<ObserveResult> Healthy(Digest digest) => Say(new Observation { Health = TargetHealth.Healthy, Summary = "it serves", Artifacts = [Site(digest)] });

    private static Task<ObserveResult> Say(Observation seen) => Task.FromResult<ObserveResult>(new ObserveResult.Seen(seen));

    private static Artifact Site(Digest digest) => new(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", digest);
}
