using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Oidc;

namespace Towpath.Server.Tests.Features.GitHub.Builds;

/// <summary>What others got in by (TRUST: JWT, OIDC trust), tried at the door of workflow runs.</summary>
[Trait("Row", "O2")]
public sealed class WorkflowAttackTests
{
    [Fact]
    public async Task Token_that_GitHub_did_not_make_for_us_now_is_refused()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        foreach (var (name, token) in Forgeries(scene, commit))
        {
            var detail = await scene.RefusedAsync(token, WorkflowScene.Report(commit.Sha), HttpStatusCode.Unauthorized, name is "no dots" ? "unauthenticated" : "workflow_token_refused");
            Assert.True(name is "no dots" || detail.Contains("id-token: write", StringComparison.Ordinal), name);
        }

        Assert.Empty(await scene.Server.Store.Builds.ListAsync("web", 10, default));
    }

    [Fact]
    public async Task Claim_that_is_missing_or_empty_denies()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        foreach (var claim in (string[])["repository", "repository_id", "repository_owner", "repository_owner_id", "ref", "sha", "workflow_ref", "job_workflow_ref", "event_name", "run_id", "run_attempt", "actor", "actor_id", "jti", "sub", "iat", "exp", "iss", "aud"])
            foreach (var value in (JsonNode?[])[null, "", new JsonArray(), "*"])
                if (value?.ToString() is not "*" || claim.EndsWith("_id", StringComparison.Ordinal) || claim is "ref" or "sha" or "iss" or "aud" or "repository")
                    await scene.RefusedAsync(scene.Token(commit, changes: new JsonObject { [claim] = value?.DeepClone() }), WorkflowScene.Report(commit.Sha), HttpStatusCode.Unauthorized, "workflow_token_refused");
    }

    [Fact]
    public async Task Strangers_learn_nothing_and_other_repositories_of_ours_report_nothing()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        var stranger = scene.World.Repositories.Create("mallory/web");
        var other = scene.World.Repositories.Create("acme/api");
        foreach (var repository in new[] { stranger, other })
        {
            var token = scene.Token(commit, repository: repository);
            var there = await scene.RefusedAsync(token, WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "not_this_repository");
            var nowhere = await scene.RefusedAsync(token, WorkflowScene.Report(commit.Sha, "nothing"), HttpStatusCode.Forbidden, "not_this_repository");
            Assert.Equal(there.Replace("'web'", "''", StringComparison.Ordinal), nowhere.Replace("'nothing'", "''", StringComparison.Ordinal));
        }

        await scene.RefusedAsync(scene.Token(commit), WorkflowScene.Report(commit.Sha, "other"), HttpStatusCode.Forbidden, "not_this_repository");
        // Names alone are nothing: the ids of somebody else's repository under our name.
        foreach (var (claim, id) in new[] { ("repository_id", stranger.Id), ("repository_owner_id", stranger.Owner.Id) })
            Assert.Contains("another repository", await scene.RefusedAsync(scene.Token(commit, changes: new JsonObject { [claim] = id.ToString() }), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "another_repository"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_that_was_renamed_or_made_again_under_the_name_is_told_by_its_id()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        await scene.ReportAsync(scene.Token(commit), WorkflowScene.Report(commit.Sha));

        scene.World.Repositories.Rename(scene.Repository, "portal");
        await scene.Scene.SettledAsync();
        var renamed = scene.Push();
        Assert.Contains("called acme/portal now", await scene.RefusedAsync(scene.Token(renamed), WorkflowScene.Report(renamed.Sha), HttpStatusCode.Forbidden, "repository_renamed"), StringComparison.Ordinal);

        var again = scene.World.Repositories.Create("acme/web");
        var theirs = again.Push("main", new Dictionary<string, string?> { ["b.txt"] = "theirs" });
        scene.Server.Folder.Build(theirs.Sha, "theirs");
        await scene.Scene.SettledAsync();
        Assert.Contains("name taken again", await scene.RefusedAsync(scene.Token(theirs, repository: again), WorkflowScene.Report(theirs.Sha), HttpStatusCode.Forbidden, "another_repository"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_that_says_otherwise_than_the_token_is_refused()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var (commit, other) = (scene.Push(), scene.Push());
        await scene.RefusedAsync(scene.Token(commit), WorkflowScene.Report(other.Sha), HttpStatusCode.Forbidden, "not_the_runs_commit");
        foreach (var (key, value, code) in new[]
        {
            ("branch", "release/1", "not_the_runs_branch"), ("branch", "Main", "not_the_runs_branch"), ("tag", "v1", "not_the_runs_tag"),
            ("run_number", "8", "not_the_runs_run_number"), ("author", "mallory", "not_the_author"),
        })
        {
            var report = WorkflowScene.Report(commit.Sha);
            report[key] = value;
            await scene.RefusedAsync(scene.Token(commit), report, HttpStatusCode.Forbidden, code);
        }

        var honest = WorkflowScene.Report(commit.Sha);
        (honest["branch"], honest["author"], honest["run_url"]) = ("main", "octocat", "https://example.com/elsewhere");
        Assert.DoesNotContain("example.com", (await scene.ReportAsync(scene.Token(commit), honest)).RunUrl!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_for_another_ref_by_another_workflow_or_for_whoever_comes_along_is_refused()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        foreach (var reference in (string[])["refs/heads/topic", "refs/heads/main2", "refs/heads/x/main", "refs/heads/release/1/2", "refs/tags/main", "refs/tags/x-v1", "refs/heads/refs/heads/main", "refs/notes/main"])
            await scene.RefusedAsync(scene.Token(commit, reference), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "ref_not_allowed");
        foreach (var @event in (string[])["pull_request_target", "workflow_run", "issue_comment", "issues", "pull_request_review", "check_suite", "merge_group", "dynamic"])
            await scene.RefusedAsync(scene.Token(commit, changes: new JsonObject { ["event_name"] = @event }), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "event_not_allowed");
        await scene.RefusedAsync(scene.Token(commit, changes: new JsonObject { ["event_name"] = "pull_request" }), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "ref_not_allowed");
        await scene.RefusedAsync(scene.Token(commit, "refs/pull/7/merge"), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "ref_not_allowed");
        foreach (var (name, workflow) in new[]
        {
            ("workflow_ref", "acme/web/.github/workflows/other.yml@refs/heads/main"), ("workflow_ref", "mallory/web/.github/workflows/build.yml@refs/heads/main"),
            ("workflow_ref", "acme/web/.github/workflows/build.yml@refs/heads/topic"), ("workflow_ref", "acme/web/.github/workflows/x/build.yml@refs/heads/main"),
        })
            await scene.RefusedAsync(scene.Token(commit, changes: new JsonObject { [name] = workflow }), WorkflowScene.Report(commit.Sha), HttpStatusCode.Forbidden, "workflow_not_allowed");

        var shared = new JsonObject
        {
            ["workflow_ref"] = "acme/web/.github/workflows/other.yml@refs/heads/main", ["job_workflow_ref"] = "acme/shared/.github/workflows/ship.yml@refs/tags/v3",
        };
        await scene.ReportAsync(scene.Token(commit, changes: shared), WorkflowScene.Report(commit.Sha));
    }

    [Fact]
    public async Task Fork_and_a_commit_that_is_not_the_pull_requests_head_get_no_build()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var main = scene.Push();
        scene.Push("topic");
        var pull = await scene.OpenAsync("topic");
        await scene.RefusedAsync(scene.PullToken(pull, pull.TestMerge()), WorkflowScene.Report(main.Sha), HttpStatusCode.Forbidden, "not_the_runs_commit");

        scene.World.Accounts.User("eve");
        scene.Repository.IsPrivate = false;
        var fork = scene.World.Repositories.Fork(scene.Repository, "eve");
        // A branch of a fork may be called as it likes.
        var theirs = fork.Push("main", new Dictionary<string, string?> { ["evil.txt"] = "x" }, "x", "eve");
        scene.Server.Folder.Build(theirs.Sha, "evil");
        var foreign = await scene.OpenAsync("eve:main", "eve");
        await scene.RefusedAsync(scene.PullToken(foreign, foreign.TestMerge()), WorkflowScene.Report(theirs.Sha), HttpStatusCode.Forbidden, "fork");
    }

    [Fact]
    public async Task Token_of_a_run_opens_no_other_door()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        var token = scene.Token(commit);
        foreach (var route in Security.Route.Of(scene.Server.Running).Where(route => route.Needs is not null && !(route.Method == "POST" && route.Pattern.EndsWith("/builds", StringComparison.Ordinal))))
        {
            using var response = await scene.SendAsync(token, [], new HttpMethod(route.Method), route.Pattern.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            Assert.True(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect, $"{route.Method} {route.Pattern}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task GitHub_that_does_not_answer_lets_nobody_in_and_says_so()
    {
        await using var scene = await WorkflowScene.StartAsync(spec: Plain);
        var commit = scene.Push();
        var token = scene.Token(commit);
        scene.World.Script.Add(new Towpath.GitHubEmulator.Calling.ScriptedFault { Kind = Towpath.GitHubEmulator.Calling.FaultKind.Error, On = "GET /repos/*", Status = 400, Times = 100 });
        await scene.RefusedAsync(token, WorkflowScene.Report(commit.Sha), HttpStatusCode.BadGateway, "github_unavailable");
    }

    private const string Plain = """
        name: web
        repository: acme/web
        artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
        environments: { dev: { auto_deploy: { branch: main }, target: { kind: fake } } }
        """;

    private static IEnumerable<(string Name, string Token)> Forgeries(WorkflowScene scene, Towpath.GitHubEmulator.Repositories.Commit commit)
    {
        var good = scene.Token(commit).Split('.');
        var key = scene.World.Oidc.Key;
        JsonObject Header(string alg, string? kid = null) => new() { ["typ"] = "JWT", ["alg"] = alg, ["kid"] = kid ?? key.Id };
        string Unsigned(string alg) => $"{Part(Header(alg))}.{good[1]}.";
        var payload = (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(good[1]))!;
        using var own = new SigningKey(key.Id);
        yield return ("no dots", "not-a-token-at-all-but-long-enough");
        foreach (var alg in (string[])["none", "None", "NONE", "nOnE", "", "RS256"]) yield return ($"unsigned {alg}", Unsigned(alg));
        foreach (var alg in (string[])["HS256", "RS256", "RS512", "PS256", "ES256"]) yield return ($"public key as secret, {alg}", Confused(key, alg, good[1]));
        yield return ("signed by another under our kid", own.Sign(Header("RS256"), payload));
        yield return ("key that nobody has", key.Sign(Header("RS256", "unknown"), payload));
        yield return ("key in the header", own.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "own", ["jwk"] = own.Public() }, payload));
        yield return ("critical header", key.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = key.Id, ["crit"] = new JsonArray("x"), ["x"] = 1 }, payload));
        yield return ("payload of another", $"{good[0]}.{scene.Token(commit, changes: new JsonObject { ["sha"] = new string('1', 40) }).Split('.')[1]}.{good[2]}");
        yield return ("signature cut", $"{good[0]}.{good[1]}.{good[2][..^4]}");
        yield return ("four parts", $"{good[0]}.{good[1]}.{good[2]}.{good[2]}");
        yield return ("padding", $"{good[0]}.{good[1]}.{good[2]}==");
        foreach (var audience in (string[])["https://github.com/acme", "", "towpath ", "Towpath", "sts.amazonaws.com", scene.Server.Running.Started.Urls[0] + "/"]) yield return ($"aud '{audience}'", scene.Token(commit, audience: audience));
        yield return ("several audiences", scene.Token(commit, changes: new JsonObject { ["aud"] = new JsonArray("towpath", "other") }));
        foreach (var issuer in (string[])["https://token.actions.githubusercontent.com", scene.World.Oidc.Issuer + "/", scene.World.Oidc.Issuer.ToUpperInvariant()]) yield return ($"iss {issuer}", scene.Token(commit, changes: new JsonObject { ["iss"] = issuer }));
        var now = scene.World.Now.ToUnixTimeSeconds();
        yield return ("expired", scene.Token(commit, changes: new JsonObject { ["iat"] = now - 600, ["exp"] = now - 61 }));
        yield return ("not yet", scene.Token(commit, changes: new JsonObject { ["nbf"] = now + 120 }));
        yield return ("from the future", scene.Token(commit, changes: new JsonObject { ["iat"] = now + 120, ["exp"] = now + 400 }));
        yield return ("for ever", scene.Token(commit, changes: new JsonObject { ["exp"] = now + 900_000 }));
    }

    /// <summary>Signed with HMAC over the public key in several spellings, as who confuses the two would accept it.</summary>
    private static string Confused(SigningKey key, string alg, string payload)
    {
        var signed = $"{Part(new JsonObject { ["typ"] = "JWT", ["alg"] = alg, ["kid"] = key.Id })}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Public().ToJsonString()), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
