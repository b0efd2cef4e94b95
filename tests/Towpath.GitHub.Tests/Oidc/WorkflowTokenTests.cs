using System.Text.Json.Nodes;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Oidc;

public sealed class WorkflowTokenTests
{
    private static readonly string[] Needed =
    [
        "jti", "repository", "repository_id", "repository_owner", "repository_owner_id", "ref", "sha", "workflow_ref", "job_workflow_ref", "event_name", "run_id", "run_attempt", "actor", "actor_id",
    ];

    public static TheoryData<string, string?> Wrong()
    {
        var rows = new TheoryData<string, string?>();
        foreach (var claim in Needed)
            foreach (var value in new[] { null, "\"\"", "7", "null", "[]", "{}", "\" \"", "true" }) rows.Add(claim, value);
        foreach (var (claim, value) in new[]
        {
            ("repository_id", "-1"), ("repository_id", "0"), ("repository_id", "74 "), ("repository_id", "0x4a"), ("repository_id", "99999999999999999999"), ("repository_id", "*"),
            ("repository", "acme"), ("repository", "acme/web/more"), ("repository", "acme/*"), ("repository", "acme/web\n"), ("ref", "main"), ("ref", "refs/heads/a b"),
            ("sha", "main"), ("sha", "0123456"), ("workflow_ref", ".github/workflows/ci.yml"), ("job_workflow_ref", "acme/web/.github/workflows/ci.yml"),
            ("job_workflow_ref", "acme/web/.github/workflows/ci.yml@main"), ("run_attempt", "zero"),
        }) rows.Add(claim, $"\"{value.Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        return rows;
    }

    [Fact]
    public async Task Claims_are_typed()
    {
        var token = Assert.IsType<WorkflowTokenResult.Read>(await ReadAsync(Forge.Claims())).Token;
        Assert.Equal((74L, 65L, "acme/web", "acme"), (token.RepositoryId, token.RepositoryOwnerId, token.Repository, token.RepositoryOwner));
        Assert.Equal(("refs/heads/main", "0123456789abcdef0123456789abcdef01234567", "push"), (token.Ref, token.Sha, token.EventName));
        Assert.Equal((30433642L, 2, "octocat", 12L), (token.RunId, token.RunAttempt, token.Actor, token.ActorId));
        Assert.Equal(new WorkflowReference("acme/shared", ".github/workflows/build.yml", "refs/tags/v1"), token.JobWorkflow);
        Assert.Equal("acme/web/.github/workflows/ci.yml@refs/heads/main", token.Workflow.ToString());
        Assert.Equal(("production", null, null), (token.Environment, token.HeadRef, token.BaseRef));
    }

    [Fact]
    public async Task A_token_has_a_name_to_remember_until_it_is_refused_for_its_age()
    {
        var token = Assert.IsType<WorkflowTokenResult.Read>(await ReadAsync(Forge.Claims())).Token;
        Assert.Equal(("6f2c1f7e-0001", VirtualTime.Start.AddSeconds(900 + 60)), (token.Id, token.ForgetAt));
        var time = new VirtualTime(token.ForgetAt);
        Assert.IsType<TokenResult.Refused>(await new FakeIssuer(time).VerifyAsync(Forge.Token()));
        Assert.True(await new FakeIssuer(new VirtualTime(token.ForgetAt.AddSeconds(-1))).AcceptsAsync(Forge.Token()));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Claim_that_is_missing_empty_or_of_another_form_denies(string claim, string? json)
    {
        var claims = Forge.Claims();
        claims.Remove(claim);
        if (json is not null) claims[claim] = JsonNode.Parse(json);
        Assert.Equal($"it lacks or has in a strange form: {claim}", Assert.IsType<WorkflowTokenResult.Refused>(await ReadAsync(claims)).Reason);
    }

    [Fact]
    public async Task A_subject_with_ids_is_as_good_as_one_without() =>
        Assert.IsType<WorkflowTokenResult.Read>(await ReadAsync(Forge.Claims("sub", "repo:acme@65/web@74:ref:refs/heads/main")));

    private static async Task<WorkflowTokenResult> ReadAsync(JsonObject claims) =>
        WorkflowToken.Read(Assert.IsType<TokenResult.Verified>(await new FakeIssuer(new VirtualTime()).VerifyAsync(Forge.Token(claims))).Token);
}
