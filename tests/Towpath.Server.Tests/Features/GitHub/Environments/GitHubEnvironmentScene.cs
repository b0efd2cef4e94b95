using Towpath.GitHubEmulator;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Environments;

/// <summary>The application <c>site</c> of acme/web, whose environments GitHub is to have as its spec says.</summary>
internal static class GitHubEnvironmentScene
{
    public const string MatchRoute = "/api/v1/applications/site/github-environments";
    public const string Put = "PUT /repos/{owner}/{repo}/environments/{environment_name}";

    public const string Roles = """
        roles:
          viewer: { users: [vera] }
          developer: { users: [dev] }
          staff: { users: [kim, pat@example.com, ghost], teams: [acme/platform] }
          administrator: { users: [ada] }
        """;

    public const string Spec = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          staging:
            auto_deploy: { branch: main }
            target: { kind: fake }
          production:
            after: [staging]
            auto_deploy: { tag: "v*" }
            approvals: [{ role: staff }]
            target: { kind: fake }
        """;

    public static Task<GitHubServer> StartAsync(string? database = null, string organization = Roles, Action<EmulatorWorld>? more = null)
    {
        var folder = new Folder();
        folder.Write("organization.yaml", organization);
        File.Delete(Path.Combine(folder.Configuration, "apps", "web.yaml"));
        File.Delete(Path.Combine(folder.Configuration, "apps", "other.yaml"));
        folder.Write("apps/site.yaml", Spec);
        return GitHubServer.StartAsync(database, folder, prepare: world =>
        {
            world.Accounts.Organization("acme").Team("platform", "lee");
            more?.Invoke(world);
        });
    }
}
