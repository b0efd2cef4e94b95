using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

public sealed class ObservationTests
{
    private const string Address = "/api/v1/applications/web/environments/free/observation";
    private static readonly Digest Seen = Digest.Of("what runs");

    [Fact]
    public async Task Target_that_runs_what_nobody_deployed_here_disagrees_with_what_is_believed()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Say(TargetHealth.Healthy, Seen);

        var view = await server.GetAsync<ObservationView>("vera", Address);

        Assert.Equal((TargetHealth.Healthy, Seen, false), (view.Health, view.Digest!.Value, view.Agrees));
        Assert.Null(view.Believed);
    }

    [Fact]
    public async Task Target_that_runs_what_was_deployed_agrees()
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync();
        await server.PromoteAsync("free");
        await server.UntilSucceededAsync("free");
        server.Target.Says = (_, _) => Say(TargetHealth.Healthy, build.Digest);

        var view = await server.GetAsync<ObservationView>("vera", Address);

        Assert.Equal((true, build.Version), (view.Agrees, view.Believed!.Version));
    }

    [Fact]
    public async Task Target_that_does_not_tell_neither_agrees_nor_disagrees()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Null((await server.GetAsync<ObservationView>("vera", Address)).Agrees);
    }

    [Fact]
    public async Task Empty_target_agrees_with_an_untouched_environment()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Say(TargetHealth.Nothing);

        Assert.True((await server.GetAsync<ObservationView>("vera", Address)).Agrees);
    }

    [Fact]
    public async Task Refusal_of_the_target_is_an_answer_with_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => Task.FromResult<ObserveResult>(new ObserveResult.Refused("there is no service 'web'; create it", RefusalKind.Wrong));

        var view = await server.GetAsync<ObservationView>("vera", Address);

        Assert.Equal((TargetHealth.Unknown, "there is no service 'web'; create it"), (view.Health, view.Problem));
    }

    [Fact]
    public async Task Fault_inside_a_target_is_named_by_its_kind_alone()
    {
        await using var server = await TestServer.StartAsync();
        server.Target.Says = (_, _) => throw new InvalidOperationException("password=hunter2");

        var view = await server.GetAsync<ObservationView>("vera", Address);

        Assert.Contains("InvalidOperationException", view.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", view.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_that_is_not_there_is_named()
    {
        await using var server = await TestServer.StartAsync();

        await server.RefusedAsync("vera", HttpMethod.Get, "/api/v1/applications/web/environments/nowhere/observation", null, HttpStatusCode.NotFound, "no_such_environment");
    }

    private static Task<ObserveResult> Say(TargetHealth health, params Digest[] digests) => Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation
    {
        Health = health, Summary = "as told", Artifacts = [.. digests.Select(d => new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", d))],
    }));
}
