using System.Net;
using Towpath.Testing;
using static Towpath.Server.Tests.Features.GitHub.Protection.ProtectionScene;

namespace Towpath.Server.Tests.Features.GitHub.Protection;

/// <summary>What people wrote here stands in what GitHub shows of a run that waits.</summary>
[Trait("Row", "N5")]
[Trait("Attack", "markup")]
public sealed class ProtectionTextTests
{
    [Fact]
    public async Task Hostile_reasons_are_told_as_text()
    {
        await using var scene = await StartAsync(Spec, "staging");
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        foreach (var reason in Hostile.Texts)
        {
            using var locked = await scene.Server.SendAsync("dora", HttpMethod.Put, "/api/v1/applications/site/environments/staging/lock", new { reason });
            Assert.Equal(reason.Any(char.IsControl) ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK, locked.StatusCode);
            if (!locked.IsSuccessStatusCode) continue;
            var run = Run(scene, commit, "staging");
            var told = await UntilSaidAsync(scene, run, state: null);
            Assert.Contains("locked by dora", told, StringComparison.Ordinal);
            Assert.Null(Hostile.HarmIn(told));
            Assert.True(told.Length <= 1024);
            using var unlocked = await scene.Server.SendAsync("dora", HttpMethod.Delete, "/api/v1/applications/site/environments/staging/lock");
            await UntilSaidAsync(scene, run, state: "approved");
        }
    }
}
